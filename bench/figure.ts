// One figure: what was measured, the floor that nothing could go below, the goal, and whether it was met.
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What physics and the API's limits allow at best; null where there is no such bound. */
  readonly floor: number | null;
  readonly goal: number | null;
  readonly met: boolean;
  /** What stands in the way of less, where that is known. */
  readonly inTheWay?: string;
}

/** Met when the value is at most the goal. A value below the floor means that something was not done or not counted. */
export const atMost = (name: string, value: number, bounds: Pick<Figure, 'unit' | 'floor' | 'inTheWay'> & { readonly goal: number }): Figure =>
  ({ name, value, ...bounds, met: value <= bounds.goal && value >= (bounds.floor ?? value) });

/** Met by this very number, no more and no less. */
export const exactly = (name: string, value: number, wanted: number, unit: string): Figure =>
  ({ name, value, unit, floor: wanted, goal: wanted, met: value === wanted });

/** One line for people, or two. */
export function figureLine({ name, value, unit, floor, goal, met, inTheWay }: Figure): string {
  const bounds = [...(floor === null ? [] : [`floor ${floor}`]), ...(goal === null ? [] : [`goal ${goal}`])].join(', ');
  return `  ${met ? 'met' : 'NOT MET'}  ${name}: ${value} ${unit} (${bounds})${inTheWay === undefined ? '' : `\n           in the way of less: ${inTheWay}`}`;
}

/** To two digits: more was not measured. */
export const rounded = (value: number): number => Math.round(value * 100) / 100;
