import { InvalidArgumentError } from 'commander';
import { expect } from 'chai';
import { INSTANCE_ID, VPC_ID } from '../../../src/api/cloud-fields.ts';
import { countOrPercent, hourlyFee, idOf, namesOf } from '../../../src/cli/flag.ts';

const refuses = (parse: () => unknown, says: string): void => {
  expect(parse).to.throw(InvalidArgumentError, says);
};

describe('The value of a flag', () => {
  it('is an id of its kind', () => {
    expect(idOf(VPC_ID)('vpc-bp1')).to.equal('vpc-bp1');
    refuses(() => idOf(VPC_ID)('vsw-1'), '"vsw-1": write the id of a VPC');
  });

  it('may be several names', () => {
    expect(namesOf(INSTANCE_ID)('i-2, i-3', ['i-1'])).to.deep.equal(['i-1', 'i-2', 'i-3']);
    refuses(() => namesOf(INSTANCE_ID)('i-1,vpc-2'), '"vpc-2"');
  });

  it('is a number from 1 or a percentage where instances are counted', () => {
    expect(['1', '10000', '1%', '100%'].map(countOrPercent)).to.deep.equal([1, 10_000, '1%', '100%']);
    for (const text of ['0', '10001', '0%', '101%', '-1', 'all', '1.5', '']) refuses(() => countOrPercent(text), 'a number from 1 to 10000');
  });

  it('is an amount with its currency where money is meant', () => {
    expect(['0.02CNY', '1 USD'].map(hourlyFee)).to.deep.equal([{ amount: 0.02, currency: 'CNY' }, { amount: 1, currency: 'USD' }]);
    for (const text of ['0.02', 'CNY', '-1CNY', '0.02 cny', '1e3CNY']) refuses(() => hourlyFee(text), 'such as 0.02CNY');
  });
});
