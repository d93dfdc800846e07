/** What whoever typed the command must put right before it can begin: one line for people, and exit code 2. */
export class UsageProblem extends Error {
  override readonly name = 'UsageProblem';
}
