// How an agent's program that is Python's comes into an image: from PyPI, into a folder of its own, by the Python of the image, or
// by the one that its packages bring. Pure.
import { installed, type PackageProgram } from "./layer-packages.ts";
import { type InstalledProgram, type Place, placed, programFolder } from "./layer-program.ts";

/** Debian's is without what makes such a folder. */
const python: Readonly<Record<PackageProgram, readonly string[]>> = {
  "apt-get": ["python3", "python3-venv"],
  apk: ["python3"],
  dnf: ["python3"],
  microdnf: ["python3"],
  yum: ["python3"],
};

/** Of wheels alone: nothing is built. Where they come from is an argument: it changes nothing in what comes out. */
export function pythonSteps(
  { name, package: { name: wheel, version } }: InstalledProgram,
  packages: PackageProgram | undefined,
  place: Place,
): readonly string[] {
  const brought =
    packages === undefined
      ? []
      : [`python3 -c 'import ensurepip' 2> /dev/null || { ${installed(packages, python[packages])}; }`];
  const script = [
    ...brought,
    `python3 -m venv ${programFolder}`,
    `${programFolder}/bin/pip install --no-cache-dir --disable-pip-version-check --quiet --only-binary :all: ${wheel}==${version}`,
    `chmod -R a+rX ${programFolder}`,
    ...placed(name, `${programFolder}/bin/${name}`, place),
  ].join("; ");
  return ["ARG PIP_INDEX_URL", `RUN ${JSON.stringify(["/bin/sh", "-ec", script])}`];
}
