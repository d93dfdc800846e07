/**
 * Takes secrets out of text that people will read (facts/security.md, section 4), in three ways, because each alone has a hole: by value,
 * what this process has read as a secret; by key, what stands behind a name that says that it is one; by pattern, what looks like one.
 */

/** A key that names a secret, at its end: AccessKeySecret, x-acs-security-token, client-key-data; quotes may be escaped. */
const KEY = String.raw`(?:secret|token|password|passwd|signature|private[-_]?key|key-data)\\*["']?`;
/** Between key and value, as in headers, JSON, YAML and forms, and in lists of headers ("key","value"). */
const BETWEEN = String.raw`(?:\s*[:=]\s*\[?\s*\\*["']?|,\s*\\*["'])`;

const SECRETS: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*(-----END [A-Z ]*PRIVATE KEY-----)?/g, 'PRIVATE KEY…'],
  [/\b((?:proxy-)?authorization\\*["']?(?:\s*[:=]\s*\[?|,)\s*\\*["']?)[^"'\\\r\n]+/gi, '$1…'],
  [new RegExp(String.raw`(${KEY}${BETWEEN})[^\s"'\\&,;}\]]+`, 'gi'), '$1…'],
  [/\b(Bearer\s+|Basic\s+)[A-Za-z0-9._~+/=-]{8,}/g, '$1…'],
  // a parser quotes where it stumbled, which may be the middle of anything
  [/(?:\.\.\.)?"[^]*?"(?:\.\.\.)? is not valid JSON/g, '… is not valid JSON'],
  [/\bLTAI[A-Za-z0-9]{4,}/g, 'LTAI…'],
  [/\bSTS\.[A-Za-z0-9+/=_-]{4,}/g, 'STS.…'],
  [/\bCAIS[A-Za-z0-9+/=_%-]{16,}/g, 'CAIS…'],
  [/\beyJ[A-Za-z0-9_-]{8,}(\.[A-Za-z0-9_-]+)*/g, 'eyJ…'],
];

/** So many are remembered: keys and tokens of some hours, if they rotate. */
const KNOWN_MAX = 64;
/** A shorter text may be a word of a sentence. */
const SECRET_LENGTH_MIN = 8;

/** For the whole process: whoever writes may not know who has read. */
const known = new Set<string>();

/** From now on the text is no longer written by this process. */
export function rememberSecret(text: string | undefined): void {
  if (text === undefined || text.length < SECRET_LENGTH_MIN) return;
  known.delete(text);
  known.add(text);
  for (const oldest of known) if (known.size > KNOWN_MAX) known.delete(oldest);
}

/** As it is, and as it stands in a URL or a form. */
const shapesOf = (secret: string): readonly string[] => [secret, encodeURIComponent(secret)];

function withoutKnown(text: string): string {
  let clean = text;
  for (const secret of known) for (const shape of shapesOf(secret)) clean = clean.replaceAll(shape, '…');
  return clean;
}

export const redact = (text: string): string => SECRETS.reduce((clean, [pattern, instead]) => clean.replaceAll(pattern, instead), withoutKnown(text));
