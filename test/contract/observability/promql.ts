// What an expression of PromQL asks for, read with Prometheus' own grammar: metrics, the labels that it picks by, and the labels that it keeps.
import { parser } from '@prometheus-io/lezer-promql';

/** One condition on a label. */
export interface Matcher {
  readonly label: string;
  readonly operator: string;
  readonly value: string;
}

/** One metric that is asked for. */
export interface Selector {
  readonly metric: string;
  readonly matchers: readonly Matcher[];
}

export interface Query {
  readonly selectors: readonly Selector[];
  /** Labels of every `by`, `without`, `on` and `ignoring`. */
  readonly groupings: readonly string[];
}

type Node = ReturnType<typeof parser.parse>['topNode'];

function descendants(node: Node, name: string): Node[] {
  const found: Node[] = [];
  node.cursor().iterate((inner) => { if (inner.name === name) found.push(inner.node); });
  return found;
}

const unquoted = (text: string): string => JSON.parse(text) as string;

/** Throws where the grammar does not fit, with the place. */
export function readQuery(expression: string): Query {
  const top = parser.parse(expression).topNode;
  const textOf = ({ from, to }: Node): string => expression.slice(from, to);
  top.cursor().iterate(({ type, from }) => { if (type.isError) throw new Error(`no PromQL at ${from}: ${expression}`); });
  const matcherOf = (node: Node): Matcher => {
    const [label, operator, value] = [node.getChild('LabelName'), node.getChild('MatchOp'), node.getChild('StringLiteral')];
    if (!label || !operator || !value) throw new Error(`a matcher of a form that this reader does not know: ${textOf(node)}`);
    return { label: textOf(label), operator: textOf(operator), value: unquoted(textOf(value)) };
  };
  const selectors = descendants(top, 'VectorSelector').map((node) => {
    const metric = node.getChild('Identifier');
    if (!metric) throw new Error(`a selector without a metric: ${textOf(node)}`);
    return { metric: textOf(metric), matchers: descendants(node, 'UnquotedLabelMatcher').map(matcherOf) };
  });
  return { selectors, groupings: descendants(top, 'GroupingLabels').flatMap((node) => descendants(node, 'LabelName')).map(textOf) };
}
