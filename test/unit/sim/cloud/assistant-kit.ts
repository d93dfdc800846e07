// Worlds with one guest, commands as ours are, and short ways to what they left behind.

import type { SimulatedCloud } from '../../../../sim/cloud/engine/cloud.ts';
import type { WorldInput } from '../../../../sim/cloud/world/schema.ts';
import { Laboratory, world, type Json } from './kit.ts';

type Instances = NonNullable<WorldInput['instances']>;

export const one = (guest: NonNullable<Instances[string]['guest']> = {}, extra: WorldInput = {}): WorldInput =>
  world({ instances: { 'i-a': { vSwitch: 'vsw-a', guest }, 'i-w': { vSwitch: 'vsw-a', os: 'windows' } }, networkInterfaces: { 'eni-2': { vSwitch: 'vsw-a', instance: 'i-a', eip: 'eip-home' } }, eips: { 'eip-home': { ip: '47.98.1.1' } }, ...extra });

export const ours = (name: string, text = ''): string => Buffer.from(`#!/bin/sh\n# egressunification.io/guest-command: ${name}\n${text}`).toString('base64');

export const command = (name: string, values: Record<string, string> = {}): Record<string, string> => ({
  'InstanceId.1': 'i-a', Type: 'RunShellScript', ContentEncoding: 'Base64', EnableParameter: 'true', Timeout: '60',
  CommandContent: ours(name, Object.keys(values).map((key) => `${key}='{{${key}}}'`).join('\n')), Parameters: JSON.stringify(values),
});

export interface Result { readonly InvocationStatus: string; readonly ExitCode?: number; readonly Output: string; readonly ErrorCode: string; readonly Dropped: number }

export function resultOf(lab: Laboratory | SimulatedCloud, invokeId: unknown, more: Record<string, string> = { ContentEncoding: 'PlainText' }): Result | undefined {
  const params = { RegionId: 'cn-hangzhou', InvokeId: String(invokeId), ...more };
  const { body } = (lab instanceof Laboratory ? lab.cloud : lab).call({ product: 'ecs', action: 'DescribeInvocationResults', params });
  return (body as unknown as { Invocation: { InvocationResults: { InvocationResult: Result[] } } }).Invocation.InvocationResults.InvocationResult[0];
}

/** Runs to the end and gives what the command printed, as JSON. */
export function printed(lab: Laboratory, name: string, values: Record<string, string> = {}): Json {
  const { InvokeId } = lab.ecs('RunCommand', command(name, values));
  lab.pass(2000);
  return JSON.parse(resultOf(lab, InvokeId)!.Output) as Json;
}

export const about = (lab: Laboratory): { mac: string; address: string } => {
  const { mac, privateIps } = lab.cloud.state.interfaces.get('eni-2')!;
  return { mac, address: privateIps[0]! };
};
