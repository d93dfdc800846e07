// What alerts tell apart, as a running controller shows it: resources that wait for a person, and those that are meant to wait.
import { expect } from 'chai';
import { vpc, worldOf } from '../../apiserver/kit/worlds.ts';
import { eventually } from '../../apiserver/kit/until.ts';
import { Stage, type Controller } from '../process/stage.ts';

const KEYS = { ALIBABA_CLOUD_ACCESS_KEY_ID: 'simulated-key', ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'simulated-secret' };
const instances = { 'i-1': { eip: 'eip-1' }, 'i-2': { eip: 'eip-2' } };
const world = worldOf(vpc('shop', { egressIp: '47.96.1.1', instances, more: { eips: { 'eip-1': { ip: '47.98.1.1' }, 'eip-2': { ip: '47.98.1.2' } } } }));

describe('Resources that are stalled', function () {
  this.timeout(60_000);
  let stage: Stage;
  let leader: Controller;

  before('one waits because somebody wants it to, two because a gateway is not there', async () => {
    stage = await Stage.open({ world });
    stage.create('observed', { vpcId: 'vpc-shop', mode: 'Observe', instanceSelector: { instanceIds: ['i-1'] } });
    for (const name of ['lost', 'lost-too']) stage.create(name, { vpcId: 'vpc-shop', egress: { natGatewayId: 'ngw-other' }, instanceSelector: { instanceIds: ['i-2'] } });
    leader = stage.controller({ env: KEYS });
    for (const name of ['lost', 'lost-too']) await eventually(() => expect(stage.ready(name), leader.said.slice(-2_000)).to.equal('False NoNatGateway'));
    await eventually(() => expect(stage.ready('observed'), leader.said.slice(-2_000)).to.equal('False Observing'));
  });
  after(() => stage[Symbol.asyncDispose]());

  it('are counted by their reason', async () => {
    expect(await leader.samples(/^resources_stalled/)).to.have.members(['resources_stalled{reason="NoNatGateway"} 2', 'resources_stalled{reason="Observing"} 1']);
    expect(await leader.samples(/^resources\{condition="Stalled",status="True"\}/)).to.deep.equal(['resources{condition="Stalled",status="True"} 3']);
  });
});
