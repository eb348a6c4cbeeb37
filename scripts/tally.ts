/** What a run of the tests counted. */
export interface Tally {
    readonly passed: number;
    readonly failed: number;
}

export const tallyLine = ({ passed, failed }: Tally): string => `${passed} passed, ${failed} failed`;
