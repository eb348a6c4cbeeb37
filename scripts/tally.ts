/** What a run of the tests counted. */
export interface Tally {
    readonly passed: number;
    readonly failed: number;
    /** What failed and the first line of why, told again at the very end: whoever reads a log begins there. */
    readonly failures?: readonly string[];
}

export const tallyLine = ({ passed, failed }: Tally): string => `${passed} passed, ${failed} failed`;
