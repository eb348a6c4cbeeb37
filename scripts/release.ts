// npm run release:local: packs sdk, kernel and compat as JavaScript with types into release/*.tgz.
// In the repository Node runs the TypeScript itself; below node_modules it refuses to.
// The plugins of the checkout come to release/plugins and into the kernel's tarball, bundled, with the list of their hashes
// by which they are trusted. The web app comes into the kernel's tarball too, built.
//
// The kernel's tarball holds the repository's migrations as migrations/ at its root. Code in kernel/src/<part>/
// finds them at '../../migrations/' when it is installed (from dist/<part>/), else at '../../../migrations/'
// (from kernel/src/<part>/ of a clone): look in this order.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { packReleasePlugins } from '@rookery/sdk/bundle';
import { buildWeb } from '@rookery/web/build';
import { type Manifest, packManifest } from './release-manifest.ts';

const packages = ['sdk', 'kernel', 'compat'] as const;
const isSource = (file: string): boolean => /\.[cm]?ts$/.test(file);
const isTest = (file: string): boolean => /(^|[\\/])test([\\/]|$)|\.(test|test-d)\.[cm]?ts$/.test(file);

const runNode = (root: string, parameters: readonly string[]): void => {
    const { status, stdout } = spawnSync(process.execPath, parameters, { cwd: root, stdio: ['ignore', 'pipe', 2], encoding: 'utf8' });
    if (status !== 0) throw new Error(`${parameters.join(' ')} failed:\n${stdout}`);
};

const runNpm = (folder: string, parameters: readonly string[]): void => {
    const { status, error } = spawnSync('npm', parameters, { cwd: folder, stdio: ['ignore', 'ignore', 2], shell: process.platform === 'win32' });
    if (error !== undefined || status !== 0) throw new Error(`npm ${parameters.join(' ')} failed`);
};

/** One program for all packages: each sees the sources of the others, as it does in the repository. */
const compile = (root: string, stage: string): void => {
    const configuration = {
        extends: path.join(root, 'tsconfig.json'),
        compilerOptions: {
            noEmit: false,
            allowJs: false,
            declaration: true,
            rewriteRelativeImportExtensions: true,
            rootDir: root,
            outDir: path.join(stage, 'compiled'),
            typeRoots: [path.join(root, 'node_modules/@types')],
        },
        include: packages.map((name) => path.join(root, name, 'src')),
        exclude: ['**/*.test.ts', '**/*.test-d.ts', '**/test/**'].map((pattern) => path.join(root, pattern)),
    };
    const file = path.join(stage, 'tsconfig.json');
    writeFileSync(file, JSON.stringify(configuration));
    runNode(root, [path.join(root, 'node_modules/ts7/bin/tsc'), '-p', file]);
};

/** tsc rewrites imports in JavaScript; not those in types, nor the addresses of workers and children. */
const rewriteExtensions = (folder: string): void => {
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
        const file = path.join(folder, name);
        if (!/\.(js|d\.ts)$/.test(name)) continue;
        const text = readFileSync(file, 'utf8');
        const rewritten = name.endsWith('.d.ts')
            ? text.replace(/(\b(?:from|import)\s*\(?\s*)(['"])(\.[^'"]*)\.ts\2/g, '$1$2$3.js$2').replace(/(\bfrom\s*(['"])\.[^'"]*\.json\2)(?=;)/g, "$1 with { type: 'json' }")
            : text.replace(/(new URL\(\s*)(['"])(\.[^'"]*)\.ts\2(\s*,\s*import\.meta\.url)/g, '$1$2$3.js$2$4');
        if (rewritten !== text) writeFileSync(file, rewritten);
    }
};

const stagePackage = (root: string, stage: string, name: string): string => {
    const source = path.join(root, name);
    const target = path.join(stage, name);
    mkdirSync(path.join(target, 'dist'), { recursive: true });

    // What is no TypeScript (scripts for Redis, templates, dictionaries) travels as it is.
    const isCargo = (file: string) => !isSource(file) && !isTest(path.relative(source, file));
    if (existsSync(path.join(source, 'src'))) cpSync(path.join(source, 'src'), path.join(target, 'dist'), { recursive: true, filter: isCargo });
    const compiled = path.join(stage, 'compiled', name, 'src');
    if (existsSync(compiled)) cpSync(compiled, path.join(target, 'dist'), { recursive: true });
    rewriteExtensions(path.join(target, 'dist'));

    const manifest = JSON.parse(readFileSync(path.join(source, 'package.json'), 'utf8')) as Manifest;
    const { packed, absent } = packManifest(manifest, (file) => existsSync(path.join(target, file)));
    for (const entry of absent) console.error(`${manifest.name}: ${entry} has no file yet and is left out`);
    writeFileSync(path.join(target, 'package.json'), `${JSON.stringify(packed, null, 2)}\n`);

    cpSync(path.join(root, 'LICENSE'), path.join(target, 'LICENSE'));
    for (const file of ['README.md', 'PROTOCOL.md']) {
        if (existsSync(path.join(source, file))) cpSync(path.join(source, file), path.join(target, file));
    }
    const migrations = path.join(root, 'migrations');
    if (name === 'kernel' && existsSync(migrations)) {
        cpSync(migrations, path.join(target, 'migrations'), { recursive: true, filter: (file) => !path.extname(file) || file.endsWith('.sql') });
    }
    return target;
};

/** @returns the tarballs, in the order of `packages` */
export const packRelease = async (root: string, destination: string): Promise<readonly string[]> => {
    const stage = path.join(destination, 'stage');
    rmSync(destination, { recursive: true, force: true });
    mkdirSync(stage, { recursive: true });
    compile(root, stage);
    const tarballs: string[] = [];
    for (const name of packages) {
        const folder = stagePackage(root, stage, name);
        if (name === 'kernel') {
            // So that a server of the packages alone has its web app, and the features that its plugins carry out.
            cpSync((await buildWeb()).folder, path.join(folder, 'web'), { recursive: true });
            await packReleasePlugins(path.join(root, 'plugins'), path.join(folder, 'plugins'));
        }
        const { version } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as Manifest;
        runNpm(folder, ['pack', '--pack-destination', destination, '--ignore-scripts']);
        tarballs.push(path.join(destination, `rookery-${name}-${version}.tgz`));
    }
    rmSync(stage, { recursive: true });
    return tarballs;
};

if (import.meta.main) {
    const root = path.resolve(import.meta.dirname, '..');
    const release = path.join(root, 'release');
    for (const tarball of await packRelease(root, release)) console.log(path.relative(root, tarball));
    const plugins = await packReleasePlugins(path.join(root, 'plugins'), path.join(release, 'plugins'));
    for (const { manifest } of plugins) console.log(path.join('release', 'plugins', manifest.id));
}
