// The version of this program, from the package's own description. Nothing else.
import packageDescription from "../../package.json" with { type: "json" };

export const version: string = packageDescription.version;
