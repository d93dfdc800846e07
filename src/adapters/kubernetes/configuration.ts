// Which API server, and as whom: a kubeconfig file and one of its contexts, or the service account of the pod. Whatever is wrong
// with it is said in one line that names the file.
import { KubeConfig } from '@kubernetes/client-node';
import { sentenceOf } from './errors.ts';

/** What a user must put right before the program can start: one line for people, and the exit code that goes with it. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly exitCode = 2;
}

/** Where the configuration comes from; without a path, from the pod that the program runs in. */
export interface ConfigurationSource {
  readonly kubeconfig?: string | undefined;
  /** Default: the file's current context. */
  readonly context?: string | undefined;
}

/** Reads the configuration. Throws ConfigurationError. */
export function loadConfiguration(source: ConfigurationSource): KubeConfig {
  const config = source.kubeconfig === undefined ? ofPod() : ofFile(source.kubeconfig);
  if (source.context !== undefined) config.setCurrentContext(source.context);
  const cluster = config.getCurrentCluster();
  if (cluster === null) throw new ConfigurationError(withoutCluster(source, config));
  try {
    // refuses plain HTTP unless insecure-skip-tls-verify says that this is meant, and proxies that it does not know
    config.createDispatcherOptions(cluster, {});
    new URL(cluster.server);
  } catch (error) {
    throw new ConfigurationError(`${originOf(source)}: cluster ${cluster.name} at ${cluster.server} cannot be used: ${sentenceOf(error)}`);
  }
  return config;
}

/** How messages call the source. */
export const originOf = ({ kubeconfig }: ConfigurationSource): string => (kubeconfig === undefined ? 'the pod\'s service account' : `kubeconfig ${kubeconfig}`);

function ofFile(path: string): KubeConfig {
  const config = new KubeConfig();
  try {
    config.loadFromFile(path);
  } catch (error) {
    // what is YAML and no kubeconfig fails in client-node as a mistake of its own
    const why = error instanceof TypeError ? 'it is not a kubeconfig' : firstLine(sentenceOf(error));
    throw new ConfigurationError(`kubeconfig ${path} cannot be read: ${why}`);
  }
  return config;
}

function ofPod(): KubeConfig {
  const config = new KubeConfig();
  config.loadFromCluster();
  // outside a pod the environment names no server, and client-node builds a URL without saying so
  if (!URL.canParse(config.getCurrentCluster()?.server ?? '')) {
    throw new ConfigurationError('not in a pod of a cluster (KUBERNETES_SERVICE_HOST is not set): give --kubeconfig PATH');
  }
  return config;
}

function withoutCluster({ kubeconfig, context }: ConfigurationSource, config: KubeConfig): string {
  const known = config.getContexts().map(({ name }) => name).join(', ');
  const wanted = context ?? config.getCurrentContext();
  // a file without current-context gives none, whatever client-node's types say
  const named = typeof wanted === 'string' ? `context ${JSON.stringify(wanted)} that names a cluster in it` : 'current-context';
  return `kubeconfig ${kubeconfig ?? ''} has no ${named}; it has ${known === '' ? 'no contexts' : known}`;
}

const firstLine = (text: string): string => text.split('\n')[0] ?? text;
