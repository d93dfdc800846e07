// What every Cloud and its Guests must do: each sentence of the ports' contracts (src/ports/cloud.ts, guests.ts), once, for every implementation. What can only be seen
// by looking into the world behind it is skipped where there is none to look into.
import { describeAnswers } from './answers.ts';
import type { Bench, CloudUnderTest, Start } from './bench.ts';
import { describeFailures } from './failures.ts';
import { describeGuests } from './guests.ts';
import { describeLimits } from './limits.ts';
import { describeListings } from './listings.ts';
import { describeSteps } from './steps.ts';

/** Declares the suite for one implementation, or that it is skipped and why. */
export function describeCloud(title: string, start: Start | { readonly skipped: string }): void {
  describe(`the Cloud port: ${title}`, function () {
    if ('skipped' in start) return void it.skip(`is skipped: ${start.skipped}`);
    this.timeout(120_000);
    let under: CloudUnderTest | undefined;

    beforeEach(async () => { under = await start(); });
    afterEach(() => under?.stop());

    const onBench = (context: Mocha.Context): Bench => {
      const { sim } = under!;
      return { under: under!, cloud: under!.clouds(under!.regionId), guests: under!.clouds.guests(under!.regionId), get sim() { return sim ?? context.skip(); } };
    };
    describeListings(onBench);
    describeAnswers(onBench);
    describeSteps(onBench);
    describeFailures(onBench);
    describeLimits(onBench);
    describeGuests(onBench);
  });
}

export type OnBench = (context: Mocha.Context) => Bench;
