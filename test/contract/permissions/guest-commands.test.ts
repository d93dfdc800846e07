// Commands in guests under the policies for them: registered and not, and who may register.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { SimulatedCloud } from '../../../sim/cloud/engine/cloud.ts';
import { refusalOf } from '../../../sim/cloud/engine/refusal.ts';
import { buildState } from '../../../sim/cloud/world/build.ts';
import { checkWorld } from '../../../sim/cloud/world/parse.ts';
import type { Policy } from '../../../scripts/ram/policies.ts';
import { createClouds, type AlicloudClouds } from '../../../src/adapters/alicloud/clouds.ts';
import { fixedKeys } from '../../../src/adapters/alicloud/credentials.ts';
import type { InstanceId } from '../../../src/core/ids.ts';
import { CloudError } from '../../../src/ports/cloud-error.ts';
import type { GuestAnswer } from '../../../src/ports/guests.ts';
import { ROOT } from '../../apiserver/kit/child.ts';
import { VirtualClock } from '../../kit/virtual-clock.ts';
import { keptLog, seeded } from '../cloud/recording.ts';
import { contractWorld } from '../cloud/world.ts';
import { judge } from './ram.ts';

const REGION = 'cn-hangzhou';
const policy = (name: string): Policy => JSON.parse(readFileSync(join(ROOT, 'deploy/ram', `${name}.json`), 'utf8')) as Policy;

/** One cloud, looked at by several identities. */
class Account {
  readonly clock = new VirtualClock();
  readonly cloud = new SimulatedCloud(buildState(checkWorld(contractWorld({})), this.clock.now()), { clock: this.clock, random: seeded(7) });
  readonly called = new Set<string>();

  as(...names: readonly string[]): AlicloudClouds {
    const policies = names.map(policy);
    return createClouds({
      credentials: fixedKeys('test', { accessKeyId: 'k', accessKeySecret: 's' }), network: 'vpc', clock: this.clock, random: seeded(11), log: keptLog().log,
      transport: ({ product, action, query: params }) => {
        const request = { product, action, params };
        const { allowed } = judge(policies, this.cloud.state, request);
        if (allowed) this.called.add(`${product}:${action}`);
        const { status, headers, body } = allowed ? this.cloud.call(request) : this.cloud.refuse(request, refusalOf('Forbidden.RAM'));
        return Promise.resolve({ statusCode: status, headers, body });
      },
    });
  }

  egress(clouds: AlicloudClouds): Promise<GuestAnswer> {
    return this.clock.settle(clouds.guests(REGION).run({ instance: 'i-home' as InstanceId, command: 'egress', parameters: { services: 'https://echo.example' } }));
  }
}

const actionsOf = (...names: readonly string[]): readonly string[] => [...new Set(names.map(policy).flatMap(({ Statement: all }) => all.flatMap(({ Action }) => Action)))].sort();

describe('The RAM policies for commands in guests', () => {
  it('let the controller run its commands whether they are registered or not, and allow nothing that this does not need', async () => {
    const account = new Account();
    expect(await account.egress(account.as('guest-commands'))).to.include({ ran: true });
    await account.clock.settle(account.as('guest-commands-registration').guestCommands.register(REGION));
    expect(await account.egress(account.as('guest-commands'))).to.include({ ran: true });
    expect([...account.called].sort()).to.deep.equal(actionsOf('guest-commands', 'guest-commands-registration'));
  });

  it('that leave out running any text are enough once the commands are registered, and only then', async () => {
    const account = new Account();
    const clouds = account.as('policy', 'guest-commands-registered');
    expect(await account.egress(clouds)).to.include({ ran: false, why: 'forbidden' });
    await account.clock.settle(account.as('guest-commands-registration').guestCommands.register(REGION));
    await account.clock.pass(600_000);
    expect(await account.egress(clouds)).to.include({ ran: true, exitCode: 0 });
    expect([...account.called].filter((name) => name === 'ecs:RunCommand')).to.deep.equal([]);
  });

  it('are each needed: the controller without them can neither run nor register', async () => {
    const account = new Account();
    const clouds = account.as('policy', 'billing');
    expect(await account.egress(clouds)).to.include({ ran: false, why: 'forbidden' });
    const refused = await account.clock.settle(account.as('policy', 'guest-commands').guestCommands.register(REGION).catch((error: unknown) => error));
    expect(refused).to.be.instanceOf(CloudError).with.property('detail').that.includes({ kind: 'forbidden', action: 'CreateCommand' });
    expect(account.cloud.state.commands.size + account.cloud.state.invocations.size).to.equal(0);
  });
});
