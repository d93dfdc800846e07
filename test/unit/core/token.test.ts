// The client token of Create: the same for the same wish in every process, another for another wish, and a chain that can be walked again.
import { expect } from 'chai';
import type { EniId, SecurityGroupId, InstanceId, Uid, VSwitchId } from '../../../src/core/ids.ts';
import { chargeTypeToken, createToken } from '../../../src/core/token.ts';
import { EIP1, EIP2, ENI1, ENI2, I1, I2, OWNER, SG1, VSW1 } from '../../kit/cloud.ts';

const WISH = { owner: OWNER, instance: I1, eip: EIP1, vSwitch: VSW1, securityGroups: [SG1] };

const OTHERS = [
  { ...WISH, owner: 'uid-2' as Uid }, { ...WISH, instance: I2 }, { ...WISH, eip: EIP2 }, { ...WISH, vSwitch: 'vsw-2' as VSwitchId }, { ...WISH, securityGroups: [SG1, 'sg-2' as SecurityGroupId] },
];

describe('The client token of Create', () => {
  it('is what it always was, so that another version of the controller sends the same', () => {
    expect(createToken(WISH, [])).to.equal('129746e23cf9beb367e85124cf29e02683a65c9c88d47efe');
  });
  it('is the same for the same wish', () => expect(createToken({ ...WISH }, [])).to.equal(createToken(WISH, [])));
  it('is another for every other wish', () => expect(new Set([WISH, ...OTHERS].map((wish) => createToken(wish, []))).size).to.equal(OTHERS.length + 1));
  it('fits into 64 ASCII characters, however long the chain', () => expect(createToken(WISH, [ENI1, ENI2])).to.match(/^[\x21-\x7e]{1,64}$/));

  it('is another after each ENI that is gone, and the chain is the same whoever walks it', () => {
    const chain: readonly (readonly EniId[])[] = [[], [ENI1], [ENI1, ENI2]];
    expect(new Set(chain.map((retired) => createToken(WISH, retired))).size).to.equal(3);
    expect(createToken(WISH, [ENI1, ENI2])).to.equal(createToken(WISH, [...[ENI1, ENI2]]));
    expect(createToken(WISH, [ENI2, ENI1])).not.to.equal(createToken(WISH, [ENI1, ENI2]));
  });
});

describe('The client token of a change of billing', () => {
  const token = (owner: Uid, generation: number, instance: InstanceId, fruitless = 0): string => chargeTypeToken(owner, generation, { instance, fruitless });

  it('is one for each owner, generation, instance, and try that came to nothing', () => {
    const tokens = [token(OWNER, 1, I1), token(OWNER, 2, I1), token(OWNER, 1, I2), token('uid-2' as Uid, 1, I1), token(OWNER, 1, I1, 1), token(OWNER, 1, I1, 2)];
    expect(new Set(tokens).size).to.equal(tokens.length);
    expect(token(OWNER, 1, I1)).to.equal(tokens[0]);
  });
});
