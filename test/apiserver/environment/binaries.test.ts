// Only what needs no download and no build: those are minutes, and every run of the tier uses their outcome.
import { expect } from 'chai';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { COMMANDS, findBinaries } from './binaries.ts';

describe('the search for kube-apiserver', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'egress-unification-binaries-'));
  });
  afterEach(() => rm(directory, { recursive: true }));

  const fill = async (): Promise<void> => {
    for (const command of COMMANDS) {
      await writeFile(join(directory, command), '#!/bin/sh\n');
      await chmod(join(directory, command), 0o755);
    }
  };

  it('takes the directory that it is given, and nothing else', async () => {
    await fill();
    expect(await findBinaries({ assetsDirectory: directory, cacheDirectory: '/nowhere' })).to.deep.equal({ directory });
  });

  it('says what the given directory lacks', async () => {
    const found = await findBinaries({ assetsDirectory: directory });
    expect(found).to.deep.equal({ directory: undefined, reason: `KUBEBUILDER_ASSETS (${directory}) has no etcd, no kube-apiserver, no kubectl` });
  });

  it('takes what is in the cache', async () => {
    await fill();
    expect(await findBinaries({ assetsDirectory: '', cacheDirectory: directory })).to.deep.equal({ directory });
  });
});
