import { expect } from 'chai';
import { findTagged, type Found, type Listed, type Wanted } from '../../../../src/cli/restore/find.ts';
import { UsageProblem } from '../../../../src/cli/usage-problem.ts';
import type { EipId } from '../../../../src/core/ids.ts';
import { anEip, anEni, anInstance, at, CLUSTER, EIP2, ENI2, I1, I2, links } from '../../../kit/cloud.ts';

const nothing: Listed = { instances: [anInstance(), anInstance({ id: I2 })], networkInterfaces: [], eips: [] };
const find = (listed: Partial<Listed>, wanted: Partial<Wanted> = {}): Found => findTagged({ ...nothing, ...listed }, { vpcId: 'vpc-1', ...wanted });
const foreign = links({ cluster: 'cluster-2', instance: I2, eip: EIP2 });

describe('What is to come home', () => {
  it('is what an EIP, bound or not, names by its tags', () => {
    expect([...find({ eips: [anEip({ tags: links() })] }).instances]).to.deep.equal([I1]);
  });

  it('is what an ENI names, where the tags of the EIP are lost', () => {
    const found = find({ networkInterfaces: [anEni({ tags: links({ instance: I2 }) })], eips: [anEip({ binding: at(I2) })] });
    expect([found.clusterId, [...found.instances]]).to.deep.equal([CLUSTER, [I2]]);
  });

  it('is what lost its owner too', () => expect(find({ eips: [anEip({ tags: links({ owner: undefined }) })] }).instances.size).to.equal(1));

  it('is nothing where nothing is tagged', () => expect(find({ eips: [anEip({ tags: { egress: 'unified' } })] })).to.include({ clusterId: undefined }));

  it('is never of another VPC: its EIPs are told of and left alone', () => {
    const found = find({ eips: [anEip({ tags: links() }), anEip({ id: 'eip-9' as EipId, tags: links({ instance: 'i-9', eip: 'eip-9' }) })] });
    expect([[...found.instances], found.elsewhere]).to.deep.equal([[I1], [{ eip: 'eip-9', instance: 'i-9' }]]);
  });

  it('may be an instance that is released, if an ENI in the VPC is tagged for it', () => {
    expect([...find({ networkInterfaces: [anEni({ tags: links({ instance: 'i-9' }) })] }).instances]).to.deep.equal(['i-9']);
  });

  it('is of one cluster, which must be named where there are several', () => {
    const eips = [anEip({ tags: links() })];
    const networkInterfaces = [anEni({ id: ENI2, tags: foreign })];
    expect(() => find({ eips, networkInterfaces })).to.throw(UsageProblem, `${CLUSTER}, cluster-2`);
    const found = find({ eips, networkInterfaces }, { clusterId: 'cluster-2' });
    expect([found.clusterId, found.otherClusters, [...found.instances]]).to.deep.equal(['cluster-2', [CLUSTER], [I2]]);
  });

  it('is one instance, where one is asked for', () => {
    const found = find({ eips: [anEip({ tags: links() }), anEip({ id: EIP2, tags: links({ instance: I2, eip: EIP2 }) })] }, { instances: [I2] });
    expect([...found.instances]).to.deep.equal([I2]);
  });

  it('is nothing for an instance that nothing is tagged for, and that is said', () => {
    expect(find({ eips: [anEip({ tags: links() })] }, { instances: [I2] }).untagged).to.deep.equal([I2]);
  });

  it('cannot be an instance that is not there', () => expect(() => find({}, { instances: ['i-typo'] })).to.throw(UsageProblem, '--instance i-typo'));
});
