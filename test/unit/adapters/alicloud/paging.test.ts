import { expect } from 'chai';
import fc from 'fast-check';
import { everyNumberedPage, everyTokenPage, type NumberedPage, type TokenPage } from '../../../../src/adapters/alicloud/paging.ts';
import { CloudError } from '../../../../src/ports/cloud-error.ts';

interface Row { readonly id?: string }
const list = { action: 'DescribeThings', idOf: (row: Row) => row.id };
const rows = (from: number, to: number): Row[] => Array.from({ length: Math.max(0, to - from) }, (_, index) => ({ id: `r${from + index}` }));

async function failure(work: Promise<unknown>): Promise<string> {
  try {
    return `answered ${JSON.stringify(await work)}`;
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    return `${error.detail.kind}: ${error.message}`;
  }
}

/** Pages by token as scripted; the token of a page is its index. */
const tokens = (pages: readonly TokenPage<Row>[]) => (token: string | undefined): Promise<TokenPage<Row>> => Promise.resolve(pages[Number(token ?? 0)]!);
const numbers = (pages: readonly NumberedPage<Row>[]) => (page: number): Promise<NumberedPage<Row>> => Promise.resolve(pages[Math.min(page, pages.length) - 1]!);

describe('a list by token', () => {
  it('is read to its last page', async () => {
    const pages = [{ rows: rows(0, 2), nextToken: '1' }, { rows: rows(2, 4), nextToken: '2' }, { rows: rows(4, 5), nextToken: '' }];
    expect(await everyTokenPage(list, tokens(pages))).to.deep.equal(rows(0, 5));
  });

  it('whose token repeats is no list, even when each page brings rows', async () => {
    let pages = 0;
    const endless = (): Promise<TokenPage<Row>> => Promise.resolve({ rows: rows(pages, (pages += 1)), nextToken: 'again' });
    expect(await failure(everyTokenPage(list, endless))).to.match(/^unavailable: .*twice$/);
    expect(pages).to.equal(2);
  });

  it('may be empty', async () => {
    expect(await everyTokenPage(list, tokens([{ rows: [], nextToken: undefined }]))).to.deep.equal([]);
  });

  const broken: Readonly<Record<string, readonly TokenPage<Row>[]>> = {
    'that gives the same token twice': [{ rows: rows(0, 2), nextToken: '1' }, { rows: rows(2, 4), nextToken: '1' }],
    'whose second page is empty': [{ rows: rows(0, 2), nextToken: '1' }, { rows: [], nextToken: '' }],
    'whose second page repeats the first': [{ rows: rows(0, 2), nextToken: '1' }, { rows: rows(0, 2), nextToken: '2' }, { rows: rows(2, 3), nextToken: '' }],
    'whose first page is empty and not the last': [{ rows: [], nextToken: '1' }, { rows: rows(0, 2), nextToken: '' }],
    'that comes without rows': [{ rows: undefined, nextToken: '' }],
    'with a row without id': [{ rows: [{}], nextToken: '' }],
  };
  for (const [name, pages] of Object.entries(broken)) {
    it(`${name} is no list`, async () => expect(await failure(everyTokenPage(list, tokens(pages)))).to.match(/^unavailable: DescribeThings/));
  }
});

describe('a list by page number', () => {
  it('is read until its count is reached, for every length and page size', async () => {
    await fc.assert(fc.asyncProperty(fc.nat(40), fc.integer({ min: 1, max: 12 }), async (total, size) => {
      const asked: number[] = [];
      const found = await everyNumberedPage(list, async (page) => {
        asked.push(page);
        return { rows: rows((page - 1) * size, Math.min(page * size, total)), totalCount: total };
      });
      expect(found).to.deep.equal(rows(0, total));
      expect(asked).to.have.lengthOf(Math.max(1, Math.ceil(total / size)));
    }));
  });

  const broken: Readonly<Record<string, readonly NumberedPage<Row>[]>> = {
    'that shows fewer rows than it counts': [{ rows: rows(0, 2), totalCount: 5 }, { rows: [], totalCount: 5 }],
    'that shows more rows than it counts': [{ rows: rows(0, 5), totalCount: 3 }],
    'whose count changes between pages': [{ rows: rows(0, 2), totalCount: 4 }, { rows: rows(2, 3), totalCount: 3 }],
    'that repeats its first page': [{ rows: rows(0, 2), totalCount: 4 }],
    'without a count': [{ rows: rows(0, 2), totalCount: undefined }],
    'whose count is no number': [{ rows: rows(0, 2), totalCount: Number.NaN }],
    'that comes without rows': [{ rows: undefined, totalCount: 0 }],
  };
  for (const [name, pages] of Object.entries(broken)) {
    it(`${name} is no list`, async () => expect(await failure(everyNumberedPage(list, numbers(pages)))).to.match(/^unavailable: DescribeThings/));
  }
});
