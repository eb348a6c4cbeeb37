// node scripts/run.mjs <program> [arguments]
// Brings node_modules up to date, then runs a program of this repository on the project's own Node.
// Runs on the machine's Node (20 or newer): no dependencies, no TypeScript.
import { spawn } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { constants } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { install, isInstalled, projectNode } from './installation.mjs';

const root = path.resolve(fileURLToPath(import.meta.url), '../..');

const environment = (program) => {
    const own = path.join(root, 'node_modules', '.bin');
    const others = (process.env.PATH ?? '').split(path.delimiter).filter((folder) => folder !== own);
    // A server is back sooner by what Node has compiled before. Tests count lines, which that would blur.
    const compiled = program === 'start.ts' ? { NODE_COMPILE_CACHE: path.join(root, 'node_modules', '.cache', 'node') } : {};
    return { ...compiled, ...process.env, PATH: [own, ...others].join(path.delimiter) };
};

/** Becomes the program: no process in between, so signals and kills need no hands to go through. */
const become = (program, node, parameters) => {
    process.execve(realpathSync(node), [node, ...parameters], environment(program));
};

/** For a Node without execve (the machine's, in a fresh clone): a child that shares our fate. */
const accompany = (program, node, parameters) => {
    const child = spawn(node, parameters, { stdio: 'inherit', env: environment(program), shell: process.platform === 'win32' });
    for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT']) {
        process.on(signal, () => {
            // A terminal has already sent Ctrl-C to the child: both are of one process group.
            if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
        });
    }
    child.on('error', (error) => {
        console.error(`rookery: ${error.message}`);
        process.exitCode = 1;
    });
    child.on('exit', (code, signal) => {
        process.exitCode = code ?? 128 + constants.signals[signal];
    });
};

const main = () => {
    const [program, ...rest] = process.argv.slice(2);
    if (program === undefined) throw new Error('which program? node scripts/run.mjs <program> [arguments]');
    if (!isInstalled(root)) install(root);

    process.chdir(root);
    const parameters = ['--disable-warning=ExperimentalWarning', program, ...rest];
    const node = projectNode(root);
    if (typeof process.execve === 'function' && process.platform !== 'win32') become(program, node, parameters);
    else accompany(program, node, parameters);
};

try {
    main();
} catch (error) {
    console.error(`rookery: ${error.message}`);
    process.exitCode = 1;
}
