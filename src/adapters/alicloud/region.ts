/** What every call of one region is made with. */
import type { Clients } from './clients.ts';
import type { Funnel } from './funnel.ts';

export interface Region {
  readonly regionId: string;
  readonly clients: Clients;
  readonly funnel: Funnel;
}
