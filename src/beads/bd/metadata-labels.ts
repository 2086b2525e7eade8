// Metadata where the generation has none (0.47): one label for each entry, `crew-key:login` for `crew_key`. Pure.
import { metadataKeys } from "../../model/bead.ts";
import { type Fields, metadataOf } from "../fields.ts";

const prefix = "crew-";
const ownKeys: ReadonlySet<string> = new Set(Object.values(metadataKeys));
/** Of keys that are not crew's own. */
const foreignPrefix = "crew-meta.";

export function labelOf(key: string, value: string): string {
  const own = ownKeys.has(key) ? /^crew_([a-z]+)$/.exec(key) : null;
  return `${own ? `${prefix}${own[1]}` : `${foreignPrefix}${encoded(key)}`}:${encoded(value)}`;
}

/** The row as a generation without metadata can hold it. */
export function metadataAsLabels(fields: Fields): Fields {
  const { metadata: _, ...rest } = fields;
  const entries = Object.entries(metadataOf(fields));
  if (entries.length === 0) return rest;
  const labels = entries.map(([key, value]) => labelOf(key, typeof value === "string" ? value : JSON.stringify(value)));
  return { ...rest, labels: [...labelsOf(fields), ...labels] };
}

/** The row as crew reads it, whichever way the metadata came. */
export function labelsAsMetadata(fields: Fields): Fields {
  const labels = labelsOf(fields);
  const entries = labels.flatMap((label) => {
    const entry = entryOf(label);
    return entry === undefined ? [] : [entry];
  });
  if (entries.length === 0) return fields;
  const { labels: _, ...rest } = fields;
  const own = labels.filter((label) => entryOf(label) === undefined);
  return {
    ...rest,
    metadata: { ...Object.fromEntries(entries), ...metadataOf(fields) },
    ...(own.length > 0 && { labels: own }),
  };
}

function entryOf(label: string): readonly [key: string, value: string] | undefined {
  const foreign = /^crew-meta\.([^:]+):([\s\S]*)$/.exec(label);
  if (foreign?.[1] !== undefined && foreign[2] !== undefined) return [decoded(foreign[1]), decoded(foreign[2])];
  const own = /^crew-([a-z]+):([\s\S]*)$/.exec(label);
  const key = `crew_${own?.[1]}`;
  // A label of people's that only looks like one of crew's stays theirs.
  return own?.[2] !== undefined && ownKeys.has(key) ? [key, decoded(own[2])] : undefined;
}

/** Lists of labels are CSV to bd, whose reader changes line ends. */
function encoded(text: string): string {
  return text.replace(/[%\r\n]/g, (sign) => encodeURIComponent(sign));
}

function decoded(text: string): string {
  return text.replace(/%(25|0D|0A)/g, (code) => decodeURIComponent(code));
}

function labelsOf(fields: Fields): readonly string[] {
  return Array.isArray(fields.labels) ? (fields.labels as readonly string[]) : [];
}
