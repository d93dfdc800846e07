/** Numbers with their nouns. Pure. */

/** "1 instance", "2 instances", "2 addresses". */
export const counted = (count: number, noun: string): string => `${count} ${count === 1 ? noun : `${noun}${noun.endsWith('s') ? 'es' : 's'}`}`;
