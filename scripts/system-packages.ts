// What the tests need from Debian beyond Node and npm, and how it gets there.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';

export interface SystemPackage {
    /** The command whose presence tells that the package is there. */
    readonly command: string;
    readonly debian: string;
    /** What it is needed for, as the end of "… is needed for". */
    readonly purpose: string;
}

/** Add a line here, and `npm test` installs it (as root on Debian) or says what is missing. */
export const systemPackages: readonly SystemPackage[] = [
    { command: 'chromium', debian: 'chromium', purpose: 'the tests of the web app' },
    { command: 'chromium', debian: 'fonts-noto-core', purpose: 'the tests of the web app in Arabic' },
    { command: 'chromium', debian: 'fonts-noto-color-emoji', purpose: 'the tests of the web app' },
    { command: 'pg_ctlcluster', debian: 'postgresql', purpose: 'the tests on a PostgreSQL that is not ours' },
];

export interface Machine {
    readonly isRoot: boolean;
    has(command: string): boolean;
}

export type Provision =
    | { readonly action: 'nothing' }
    | { readonly action: 'install'; readonly debian: readonly string[] }
    | { readonly action: 'refuse'; readonly reason: string };

/** A test that lacks its tools fails in the open: nothing is ever skipped for a missing package. */
export const planProvision = (packages: readonly SystemPackage[], machine: Machine): Provision => {
    const missing = packages.filter((entry) => !machine.has(entry.command));
    if (missing.length === 0) return { action: 'nothing' };

    const debian = [...new Set(missing.map((entry) => entry.debian))];
    if (machine.isRoot && machine.has('apt-get')) return { action: 'install', debian };

    const lines = missing.map((entry) => `  ${entry.debian} (command ${entry.command}) is needed for ${entry.purpose}`);
    const remedy = machine.has('apt-get')
        ? `run as root: apt-get install -y --no-install-recommends ${debian.join(' ')}`
        : 'install these with the package manager of this system';
    return { action: 'refuse', reason: ['missing on this system:', ...lines, remedy].join('\n') };
};

const isExecutable = (file: string): boolean => {
    try {
        accessSync(file, constants.X_OK);
        return statSync(file).isFile();
    } catch {
        return false;
    }
};

/** Where a command is, undefined where it is not. */
export const findCommand = (environment: NodeJS.ProcessEnv, command: string): string | undefined => {
    // Debian keeps some commands where only root looks.
    const folders = [...(environment['PATH'] ?? '').split(path.delimiter), '/usr/bin', '/usr/sbin', '/sbin'];
    return folders.filter((folder) => folder !== '').map((folder) => path.join(folder, command)).find(isExecutable);
};

export const thisMachine = (environment: NodeJS.ProcessEnv): Machine => ({
    isRoot: process.getuid?.() === 0,
    has: (command) => findCommand(environment, command) !== undefined,
});

const runApt = (parameters: readonly string[]): void => {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const { status, error } = spawnSync('apt-get', parameters, { env, stdio: ['ignore', 2, 2] });
    if (error !== undefined || status !== 0) throw new Error(`apt-get ${parameters.join(' ')} failed`);
};

export const provideSystemPackages = (
    packages: readonly SystemPackage[],
    machine: Machine,
    apt: (parameters: readonly string[]) => void = runApt,
): void => {
    const plan = planProvision(packages, machine);
    if (plan.action === 'nothing') return;
    if (plan.action === 'refuse') throw new Error(plan.reason);

    apt(['update', '-qq']);
    apt(['install', '-y', '-qq', '--no-install-recommends', ...plan.debian]);
    const after = planProvision(packages, { ...machine, isRoot: false });
    if (after.action === 'refuse') throw new Error(`still ${after.reason}`);
};
