/** What the user typed is not a command; the message says what would be. Exit status 2. */
export class UsageError extends Error {}
