import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { packRelease } from '../../scripts/release.ts';
import { openSocket, signIn } from '../harness/mattermost-client.ts';
import { freePort } from '../harness/server-process.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** Everything else of the environment; children of this test are no part of the coverage. */
const { NODE_V8_COVERAGE: _coverage, ...environment } = process.env;

const run = (folder: string, command: string, parameters: readonly string[]): string => {
    const { status, stdout, stderr, error } = spawnSync(command, parameters, { cwd: folder, env: environment, encoding: 'utf8' });
    assert.equal(error, undefined);
    assert.equal(status, 0, `${command} ${parameters.join(' ')}\n${stdout}\n${stderr}`);
    return stdout;
};

describe('the packages of a release', function () {
    this.timeout(10 * 60_000);
    let folder: string;
    let tarballs: readonly string[];

    const manifestOf = (name: string) =>
        JSON.parse(readFileSync(path.join(folder, 'node_modules/@rookery', name, 'package.json'), 'utf8')) as {
            readonly exports: Readonly<Record<string, unknown>>;
        };

    const entries = () =>
        ['sdk', 'kernel', 'compat'].flatMap((name) =>
            Object.keys(manifestOf(name).exports).map((entry) => path.posix.join('@rookery', name, entry)),
        );

    before(async () => {
        folder = mkdtempSync(path.join(os.tmpdir(), 'rookery-release-'));
        tarballs = await packRelease(root, path.join(folder, 'release'));
        writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ name: 'guest', private: true, type: 'module' }));
        run(folder, 'npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error', ...tarballs]);
    });

    after(() => rmSync(folder, { recursive: true, force: true }));

    it('are imported outside the repository, each entry', () => {
        assert.ok(entries().includes('@rookery/sdk/protocol'));
        const program = `for (const entry of ${JSON.stringify(entries())}) await import(entry);`;
        run(folder, process.execPath, ['--input-type=module', '--eval', program]);
    });

    it('bring a type for whatever the protocol exports', () => {
        const program = "console.log(JSON.stringify(Object.keys(await import('@rookery/sdk/protocol'))))";
        const names = JSON.parse(run(folder, process.execPath, ['--input-type=module', '--eval', program])) as string[];
        assert.ok(names.length > 0);

        mkdirSync(path.join(folder, 'source'));
        writeFileSync(
            path.join(folder, 'source/guest.ts'),
            [
                "import * as protocol from '@rookery/sdk/protocol';",
                ...entries().map((entry) => `import ${JSON.stringify(entry)};`),
                `export const seen: readonly unknown[] = [${names.map((name) => `protocol.${name}`).join(', ')}];`,
                '// @ts-expect-error types are there, so a wrong name is an error',
                'export const unseen = protocol.thereIsNoSuchName;',
            ].join('\n'),
        );
        const compilerOptions = { module: 'nodenext', target: 'esnext', strict: true, skipLibCheck: true, noEmit: true, types: [] };
        writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['source'] }));
        run(folder, process.execPath, [path.join(root, 'node_modules/ts7/bin/tsc'), '-p', '.']);
    });

    it('carry the migrations of the kernel', () => {
        if (!existsSync(path.join(root, 'migrations'))) return;
        assert.ok(existsSync(path.join(folder, 'node_modules/@rookery/kernel/migrations')));
    });

    describe('serve somebody who has nothing else', () => {
        const program = () => path.join(folder, 'node_modules/@rookery/sdk/dist/cli/rookery.js');
        const rookery = (...words: string[]): string => run(folder, process.execPath, ['--disable-warning=ExperimentalWarning', program(), ...words]);
        let server: ChildProcess | undefined;

        after(async () => {
            if (server === undefined || server.exitCode !== null) return;
            const exited = once(server, 'exit');
            server.kill('SIGTERM');
            await exited;
        });

        const startServer = async (): Promise<string> => {
            const port = await freePort();
            const started = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program(), 'start'], {
                cwd: folder,
                stdio: ['ignore', 'pipe', 'inherit'],
                env: { ...environment, ROOKERY_LISTEN: `127.0.0.1:${port}`, ROOKERY_ACCOUNTS_OPEN_SIGN_UP: 'true', ROOKERY_TELEMETRY_LEVEL: 'warn' },
            });
            server = started;
            for await (const line of createInterface({ input: started.stdout })) {
                if (line.startsWith('Rookery is at ')) return line.slice('Rookery is at '.length);
            }
            throw new Error('the server ended before it listened');
        };

        it('a plugin is made, tested, packed, signed and installed, and its command works', async () => {
            rookery('create', 'hello', '--package', `release/${path.basename(tarballs[0] ?? '')}`);
            assert.match(rookery('test', 'hello'), /pass 2\n/);
            assert.match(rookery('test', 'hello', '--isolate'), /pass 2\n/);
            assert.match(rookery('pack', 'hello'), /^hello-1\.0\.0\.zip: hello 1\.0\.0/);
            const publicKey = rookery('keys', 'maker.pem').trim();
            assert.equal(rookery('sign', 'hello-1.0.0.zip', '--key', 'maker.pem'), `hello-1.0.0.zip: signed by ${publicKey}\n`);

            const url = await startServer();
            const page = await (await fetch(url)).text();
            const [, script = ''] = /<script type="module"[^>]* src="([^"]+)"/.exec(page) ?? [];
            const { status, headers } = await fetch(new URL(script, url));
            assert.deepEqual([script.startsWith('/static/'), status, headers.get('content-type')], [true, 200, 'text/javascript; charset=utf-8']);
            const { client, token } = await signIn(url, 'grace');
            const installed = rookery('install', 'hello-1.0.0.zip', '--accept', 'signed').trimEnd().split('\n');
            assert.equal(installed[0], 'hello 1.0.0 is installed and disabled');
            assert.match(installed.at(-1) ?? '', /^ {2}rookery plugins\.enable --id hello --consent [a-z:,]+$/);
            rookery(...(installed.at(-1) ?? '').trim().split(' ').slice(1));
            const team = await client.createTeam({ name: 'engines', display_name: 'Engines', type: 'O' } as Parameters<typeof client.createTeam>[0]);
            const channel = await client.getChannelByName(team.id, 'town-square');
            const socket = await openSocket(url, token);
            await client.executeCommand('/hello from afar', { channel_id: channel.id, team_id: team.id });
            const { data } = await socket.event('ephemeral_message');
            assert.equal((JSON.parse((data as { post: string }).post) as { message: string }).message, 'Hello grace! from afar (1)');
            socket.close();
        });
    });
});
