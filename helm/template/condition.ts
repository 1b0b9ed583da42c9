const operand = (condition: string) => (/\s/.test(condition) ? `(${condition})` : condition);

/** Returns the condition that holds exactly if another one does not. */
export function negate(condition: string): string {
  if (condition.startsWith('eq ')) return condition.replace('eq', 'ne');
  if (condition.startsWith('ne ')) return condition.replace('ne', 'eq');
  return `not ${operand(condition)}`;
}

/** Returns the condition that holds exactly if all conditions hold. */
export function all(conditions: readonly string[]): string {
  return combine('and', conditions);
}

/** Returns the condition that holds exactly if any of the conditions holds. */
export function any(conditions: readonly string[]): string {
  return combine('or', conditions);
}

function combine(operator: string, conditions: readonly string[]): string {
  const distinct = [...new Set(conditions)];
  return distinct.length === 1 ? distinct[0]! : [operator, ...distinct.map(operand)].join(' ');
}
