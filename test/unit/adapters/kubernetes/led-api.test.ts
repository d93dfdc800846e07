import { expect } from 'chai';
import type { ApiRequest } from '../../../../src/adapters/kubernetes/api.ts';
import { ledApi } from '../../../../src/adapters/kubernetes/led-api.ts';
import { KubernetesError } from '../../../../src/ports/resources.ts';

describe('The API of the leader', () => {
  it('takes reads from everybody and writes from the leader alone, who is asked anew each time', async () => {
    const sent: string[] = [];
    let leads = false;
    const api = ledApi({ request: async ({ method }: ApiRequest) => void sent.push(method), watch: async () => void sent.push('WATCH') }, () => leads);
    const write = (method: ApiRequest['method']): Promise<unknown> => api.request({ method, path: '/x' }).catch((error: unknown) => error);
    await write('GET');
    await api.watch({ path: '/x', query: {}, signal: new AbortController().signal }, () => undefined);
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'] as const) expect(await write(method)).to.be.instanceOf(KubernetesError).and.to.include({ kind: 'unavailable' });
    expect(sent).to.deep.equal(['GET', 'WATCH']);
    leads = true;
    await write('PATCH');
    expect(sent).to.deep.equal(['GET', 'WATCH', 'PATCH']);
  });
});
