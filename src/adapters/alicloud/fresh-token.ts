/** Client tokens that no other send has. */
import type { Random } from '../../ports/runtime.ts';

/** 128 random bits as text: a ClientToken is at most 64 ASCII characters. */
export function freshToken(random: Random): string {
  return Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16)).join('');
}
