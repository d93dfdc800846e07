// What conversions of the trial have shown.
import type { Answer } from '../book.ts';
import type { Lab } from '../lab.ts';
import { textIn, type Json } from '../raw.ts';
import { expected, notShown, whether } from './answers.ts';

const NONE = 'no instance of the trial had a static public IP';

export async function convertedWhen({ book }: Lab): Promise<Answer> {
  const { conversions } = book.trial;
  return conversions.length === 0 ? notShown(NONE) : expected(conversions.map(({ ms }) => `${(ms / 1000).toFixed(1)} s`).join(', '));
}

export async function convertedChargeType({ raw, book }: Lab): Promise<Answer> {
  const { conversions } = book.trial;
  if (conversions.length === 0) return notShown(NONE);
  const body = await raw.must('vpc', 'DescribeEipAddresses', { EipAddress: conversions.map(({ publicIp }) => publicIp).join(','), PageSize: 50 });
  const rows = (body['EipAddresses'] as { readonly EipAddress?: readonly Json[] } | undefined)?.EipAddress ?? [];
  const types = rows.map((row) => textIn(row, 'ChargeType'));
  return whether(types.length > 0 && types.every((type) => type === 'PostPaid'), types.join(', ') || 'the EIPs are not shown');
}
