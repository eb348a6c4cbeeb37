import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Linter } from 'eslint';
import { judgeFileName } from '../../scripts/lint/file-name.js';
import { createImportLayers } from '../../scripts/lint/import-layers.js';
import { judgeImport } from '../../scripts/lint/layers.js';

describe('the layer check', () => {
    const allowed: readonly (readonly [string, string])[] = [
        ['sdk/src/protocol/posts.ts', 'typebox'],
        ['sdk/src/client/client.ts', '../protocol/index.ts'],
        ['sdk/src/client/client.ts', '@rookery/sdk/protocol'],
        ['sdk/src/testing/kernel.ts', '@rookery/kernel'],
        ['kernel/src/chat/posts.ts', '@rookery/sdk/protocol'],
        ['kernel/src/chat/posts.ts', '../storage/index.ts'],
        ['kernel/src/chat/posts.ts', './threads/thread-row.ts'],
        ['kernel/src/chat/threads/thread.ts', '../posts.ts'],
        ['kernel/src/chat/posts.ts', '../clock.ts'],
        ['kernel/src/kernel.ts', './chat/index.ts'],
        ['kernel/src/plugin-host/worker.ts', 'isolated-vm'],
        ['kernel/src/plugin-host/worker.ts', 'node:worker_threads'],
        ['kernel/src/plugin-host/worker.ts', '@rookery/sdk/protocol'],
        ['kernel/src/plugins/link.ts', '../plugin-host/index.ts'],
        ['compat/src/mattermost/posts.ts', '@rookery/kernel'],
        ['compat/src/mattermost/posts.ts', '@rookery/sdk/protocol'],
        ['plugins/polls/plugin.ts', './server/index.ts'],
        ['start.ts', '@rookery/compat'],
        ['kernel/src/chat/test/posts.test.ts', '../../storage/pool.ts'],
        ['kernel/test/posts.test.ts', '../../test/harness/server.ts'],
        ['test/e2e/session.ts', '@rookery/compat'],
        ['scripts/test.ts', './tally.ts'],
    ];
    for (const [from, specifier] of allowed) {
        it(`lets ${from} import ${specifier}`, () => assert.equal(judgeImport(from, specifier), undefined));
    }

    const refused: readonly (readonly [string, string, RegExp])[] = [
        ['sdk/src/protocol/posts.ts', '@rookery/kernel', /sdk must not import @rookery\/kernel/],
        ['sdk/src/client/client.ts', '@rookery/compat', /sdk must not import/],
        ['sdk/src/testing/kernel.ts', '@rookery/compat', /sdk must not import/],
        ['sdk/src/protocol/posts.ts', '../../../kernel/src/index.ts', /must not leave sdk/],
        ['kernel/src/chat/posts.ts', '@rookery/compat', /kernel must not import/],
        ['kernel/src/chat/posts.ts', '@rookery/web', /kernel must not import/],
        ['kernel/src/chat/posts.ts', '@rookery/nothing', /there is no package/],
        ['kernel/src/chat/posts.ts', '../../../sdk/src/protocol/index.ts', /must not leave kernel/],
        ['kernel/src/chat/posts.ts', '../storage/pool.ts', /enter kernel\/src\/storage by its index\.ts/],
        ['kernel/src/chat/posts.ts', '../storage', /enter kernel\/src\/storage by its index\.ts/],
        ['kernel/src/kernel.ts', './chat/posts.ts', /enter kernel\/src\/chat by its index\.ts/],
        ['kernel/src/chat/posts.ts', '../../../test/harness/server.ts', /only tests import tests/],
        ['kernel/src/chat/posts.ts', './test/post-fixture.ts', /only tests import tests/],
        ['kernel/src/plugin-host/worker.ts', '../storage/index.ts', /plugin-host imports/],
        ['kernel/src/plugin-host/worker.ts', '../clock.ts', /plugin-host imports/],
        ['kernel/src/plugin-host/worker.ts', '@rookery/sdk/client', /plugin-host imports/],
        ['compat/src/mattermost/posts.ts', '@rookery/kernel/src/chat/index.ts', /public index/],
        ['compat/src/mattermost/posts.ts', '../../../kernel/src/index.ts', /must not leave compat/],
        ['plugins/polls/plugin.ts', '@rookery/kernel', /plugins must not import/],
        ['plugins/polls/plugin.ts', '../todo/plugin.ts', /plugins do not import each other/],
        ['web/src/app/main.ts', '@rookery/kernel', /web must not import/],
        ['scripts/check.ts', '../test/harness/reporter.ts', /only tests import tests/],
        ['kernel/src/chat/posts.ts', '../../../node_modules/pg/lib/index.js', /by their name/],
    ];
    for (const [from, specifier, sentence] of refused) {
        it(`keeps ${from} from importing ${specifier}`, () => assert.match(judgeImport(from, specifier) ?? '', sentence));
    }
});

describe('the layer rule', () => {
    let root: string;

    beforeEach(() => {
        root = mkdtempSync(path.join(os.tmpdir(), 'rookery-layers-'));
    });

    afterEach(() => rmSync(root, { recursive: true }));

    const write = (file: string, text: string) => {
        mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
        writeFileSync(path.join(root, file), text);
    };

    const lint = (file: string, text: string) =>
        new Linter({ cwd: root })
            .verify(
                text,
                {
                    files: ['**/*.ts'],
                    plugins: { rookery: { rules: { 'import-layers': createImportLayers(root) } } },
                    rules: { 'rookery/import-layers': 'error' },
                },
                path.join(root, file),
            )
            .map((found) => found.message);

    it('names the circle that an import closes', () => {
        const chat = "import { publish } from '../events/index.ts';\nexport const chat = publish;\n";
        write('kernel/src/chat/index.ts', chat);
        write('kernel/src/events/index.ts', "export * from './log.ts';\n");
        write('kernel/src/events/log.ts', "export { pool as publish } from '../storage/index.ts';\n");
        write('kernel/src/storage/index.ts', 'export const pool = 1;\n');
        assert.deepEqual(lint('kernel/src/chat/index.ts', chat), []);

        write('kernel/src/storage/index.ts', "export { chat as pool } from '../chat/index.ts';\n");
        assert.deepEqual(lint('kernel/src/chat/index.ts', chat), [
            'parts of the kernel import each other in a circle: chat → events → storage → chat',
        ]);
    });

    it('sees imports, exports and dynamic imports', () => {
        const text = [
            "import '../storage/pool.ts';",
            "export * from '../storage/pool.ts';",
            "export { pool } from '../storage/pool.ts';",
            "void import('../storage/pool.ts');",
        ];
        assert.equal(lint('kernel/src/chat/posts.ts', text.join('\n')).length, text.length);
    });
});

describe('file names', () => {
    it('are kebab-case nouns', () => {
        const names = ['start.ts', 'kernel/src/chat/resume-buffer.ts', 'test/contract/post-create.test.ts', 'kernel/src/auth/common-passwords.ts', 'sdk/src/a.test-d.ts'];
        assert.deepEqual(names.map(judgeFileName), names.map(() => undefined));
    });

    for (const name of ['kernel/src/chatPosts.ts', 'kernel/src/Posts.ts', 'kernel/src/post_row.ts']) {
        it(`refuse ${name}`, () => assert.match(judgeFileName(name) ?? '', /kebab-case/));
    }

    for (const name of ['kernel/src/utils.ts', 'kernel/src/helpers/posts.ts', 'sdk/src/post-manager.ts', 'compat/src/common.ts']) {
        it(`refuse ${name}`, () => assert.match(judgeFileName(name) ?? '', /says nothing/));
    }
});
