/** Takes secrets out of text that people will read: access keys, session tokens, signatures (facts/security.md, section 4). */

const SECRETS: readonly (readonly [RegExp, string])[] = [
  [/\bLTAI[A-Za-z0-9]{4,}/g, 'LTAI…'],
  [/\bSTS\.[A-Za-z0-9+/=_-]{4,}/g, 'STS.…'],
  [/\bCAIS[A-Za-z0-9+/=_%-]{16,}/g, 'CAIS…'],
  [/\beyJ[A-Za-z0-9_-]{8,}(\.[A-Za-z0-9_-]+)*/g, 'eyJ…'],
  [/(Signature=)[^\s,&"']+/gi, '$1…'],
  [/(Bearer\s+)[^\s,"']+/gi, '$1…'],
  [/("?(?:AccessKeySecret|SecurityToken|OIDCToken)"?\s*[:=]\s*"?)[^\s"&,}]+/gi, '$1…'],
];

export const redact = (text: string): string => SECRETS.reduce((clean, [pattern, instead]) => clean.replaceAll(pattern, instead), text);
