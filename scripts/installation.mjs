// Whether node_modules holds what package-lock.json asks for, and how to make it so.
// Runs on the machine's own Node (20 or newer) before anything is installed: no dependencies, no TypeScript.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const read = (file) => {
    try {
        return readFileSync(file, 'utf8');
    } catch (error) {
        if (error.code === 'ENOENT') return undefined;
        throw error;
    }
};

const stampFile = (root) => path.join(root, 'node_modules', '.rookery-lock');

/** The Node that the project runs on: it comes from npm, like every other dependency. */
export const projectNode = (root) =>
    path.join(root, 'node_modules', '.bin', process.platform === 'win32' ? 'node.cmd' : 'node');

/**
 * Compares two lock files package by package. npm writes the second one into node_modules when it is done;
 * it leaves out optional packages of other platforms.
 */
export const sameInstallation = (wanted, installed) => {
    const { '': _root, ...want } = wanted.packages ?? {};
    const have = installed.packages ?? {};
    const equal = (name) =>
        want[name]?.version === have[name]?.version &&
        want[name]?.integrity === have[name]?.integrity &&
        want[name]?.link === have[name]?.link;
    return (
        Object.keys(have).every((name) => name in want && equal(name)) &&
        Object.keys(want).every((name) => name in have || want[name].optional || want[name].devOptional || want[name].peer)
    );
};

/** @returns {boolean} Costs a hash of the lock file when a stamp is there; a comparison of both lock files otherwise. */
export const isInstalled = (root) => {
    const lock = read(path.join(root, 'package-lock.json'));
    if (lock === undefined || !existsSync(projectNode(root))) return false;

    const hash = createHash('sha256').update(lock).digest('hex');
    if (read(stampFile(root)) === hash) return true;

    // No stamp, or an old one: npm may have been called by hand.
    const installed = read(path.join(root, 'node_modules', '.package-lock.json'));
    if (installed === undefined || !sameInstallation(JSON.parse(lock), JSON.parse(installed))) return false;
    writeFileSync(stampFile(root), hash);
    return true;
};

/** The environment without node_modules/.bin: npm must not run on the Node that it is about to replace. */
export const outsideEnvironment = (root, environment) => {
    const own = path.join(root, 'node_modules', '.bin');
    const outside = (environment.PATH ?? '').split(path.delimiter).filter((folder) => path.resolve(folder) !== own);
    return { ...environment, PATH: outside.join(path.delimiter) };
};

export const install = (root) => {
    console.error('rookery: installing what package-lock.json asks for (npm ci) …');
    rmSync(stampFile(root), { force: true });
    const { npm_execpath: npm } = process.env;
    const [command, before] = npm === undefined ? ['npm', []] : ['node', [npm]];
    const { status, error } = spawnSync(command, [...before, 'ci'], {
        cwd: root,
        env: outsideEnvironment(root, process.env),
        // What npm prints is no part of what the started program prints.
        stdio: ['ignore', 2, 2],
        shell: process.platform === 'win32',
    });
    if (error !== undefined) throw new Error(`npm could not be started: ${error.message}`);
    if (status !== 0) throw new Error(`npm ci failed (exit code ${status})`);
    if (!isInstalled(root)) {
        throw new Error(`npm ci left no Node for ${process.platform}-${process.arch} in node_modules`);
    }
};
