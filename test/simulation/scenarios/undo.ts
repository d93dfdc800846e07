// The way back: a selector that grows and shrinks, a deletion that restores, a deletion in the window.
import { byIds, byItself, instance, spec, unifiedOn, world } from './parts.ts';
import { ifThere, isReady, when, windowIsOpen } from './moments.ts';
import type { CanonicalScenario } from './scenario.ts';

const THREE = { 'i-a': instance('47.98.1.1'), 'i-b': instance(undefined, { eip: 'eip-b' }), 'i-c': instance(undefined, { eip: 'eip-c' }) };
const eips = { 'eip-b': { ip: '47.98.1.2' }, 'eip-c': { ip: '47.98.1.3' } };

export const S4: CanonicalScenario = {
  name: 'S4',
  title: 'the selector grows, and shrinks',
  world: world(THREE, { eips }),
  resources: { web: spec({ ...byIds('i-a'), deselectionPolicy: 'Revert' }) },
  timeline: [
    when(isReady('web'), 'the selector grows', ifThere('web', (stage) => stage.patch('web', { spec: byIds('i-a', 'i-b', 'i-c') }))),
    when((stage) => stage.seen('i-b') === unifiedOn('47.98.1.2') && stage.seen('i-c') === unifiedOn('47.98.1.3'), 'the selector shrinks', ifThere('web', (stage) => stage.patch('web', { spec: byIds('i-a', 'i-c') }))),
  ],
  end: { resources: { web: 'True Unified' }, instances: { 'i-a': unifiedOn('47.98.1.1'), 'i-b': byItself('47.98.1.2'), 'i-c': unifiedOn('47.98.1.3') } },
};

export const S5: CanonicalScenario = {
  name: 'S5',
  title: 'deletion with restore',
  world: world({ 'i-a': THREE['i-a'], 'i-b': THREE['i-b'] }, { eips: { 'eip-b': eips['eip-b'] } }),
  resources: { web: spec({ deletionPolicy: 'Revert' }) },
  timeline: [when(isReady('web'), 'the resource is deleted', ifThere('web', (stage) => stage.delete('web')))],
  end: { resources: { web: 'gone' }, instances: { 'i-a': byItself('47.98.1.1'), 'i-b': byItself('47.98.1.2') } },
};

export const S6: CanonicalScenario = {
  name: 'S6',
  title: 'deletion while in the window, everything retained',
  world: world({ 'i-a': THREE['i-a'] }),
  resources: { web: spec() },
  timeline: [when(windowIsOpen, 'the resource is deleted in the window', ifThere('web', (stage) => stage.delete('web')))],
  end: { resources: { web: 'gone' }, instances: { 'i-a': unifiedOn('47.98.1.1') } },
  turnedBack: { resources: { web: 'gone' }, instances: { 'i-a': byItself('47.98.1.1') } },
};
