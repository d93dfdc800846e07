import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { meddle, type MeddleRequest } from '../../../../sim/cloud/control/meddle.ts';
import { worldReport } from '../../../../sim/cloud/control/report.ts';
import { SimulatedCloud } from '../../../../sim/cloud/engine/cloud.ts';
import { buildState } from '../../../../sim/cloud/world/build.ts';
import { parseWorld } from '../../../../sim/cloud/world/parse.ts';
import { faultOf, sightingOf, type Sighting } from '../../../../sim/demo/sighting.ts';
import { CAST } from '../../../../sim/demo/story.ts';

const WORLD = readFileSync(new URL('../../../../sim/worlds/demo.yaml', import.meta.url), 'utf8');
const NAT = ['47.96.1.1'];

const demoWorld = (): SimulatedCloud =>
  new SimulatedCloud(buildState(parseWorld(WORLD), 0), { clock: { now: () => 0, after: () => () => undefined }, random: () => 0.5 });

const sightings = (cloud: SimulatedCloud): ReadonlyMap<string, Sighting> => new Map(worldReport(cloud).instances.map((report) => [report.id, sightingOf(report)]));

/** What is found wrong with one instance after people did this. */
function faultAfter(id: string, ...wishes: readonly MeddleRequest[]): string | undefined {
  const cloud = demoWorld();
  const before = sightings(cloud).get(id)!;
  for (const wish of wishes) meddle(cloud, wish);
  return faultOf(CAST[id]!.expected, before, sightings(cloud).get(id)!, NAT);
}

describe('The cast of the demo', () => {
  it('is who lives in its world', () => expect(Object.keys(CAST).sort()).to.deep.equal([...sightings(demoWorld()).keys()].sort()));
});

describe('The judgement of the demo', () => {
  it('finds those wanting that have yet to be moved', () => {
    const wanting = Object.keys(CAST).filter((id) => faultAfter(id) !== undefined);
    expect(wanting.sort()).to.deep.equal(['i-eip', 'i-half-done', 'i-static', 'i-static-too', 'i-stopped', 'i-subscription']);
  });

  it('is content when the EIP is on the second interface', () => {
    expect(faultAfter('i-half-done', { op: 'rebindEip', eip: 'eip-half', to: 'eni-half' })).to.equal(undefined);
  });

  it('is not content when the instance leaves rightly and is not reached', () => {
    expect(faultAfter('i-done', { op: 'unbindEip', eip: 'eip-done' })).to.match(/is reached on nothing/);
  });

  it('is not content when the guest does not answer on its second interface', () => {
    expect(faultAfter('i-done', { op: 'setInstance', instance: 'i-done', guest: { sourceRouting: false } })).to.match(/is reached on nothing/);
  });

  it('is not content when the way out is another address', () => {
    expect(faultAfter('i-private', { op: 'deleteSnatEntry', natGateway: 'ngw-demo', entry: 'snat-demo' })).to.match(/leaves by nothing/);
  });

  it('notices one tag on an instance that should not be touched', () => {
    expect(faultAfter('i-held', { op: 'setTags', resource: 'i-held', tags: { touched: 'yes' } })).to.match(/was changed/);
    expect(faultAfter('i-no-slot', { op: 'detachEni', eni: 'eni-taken' })).to.match(/was changed/);
  });

  it('judges a stopped instance by what it would do if it ran', () => {
    expect(faultAfter('i-done', { op: 'stopInstance', instance: 'i-done' })).to.equal(undefined);
    expect(faultAfter('i-stopped')).to.match(/leaves by 47\.98\.1\.7/);
  });
});
