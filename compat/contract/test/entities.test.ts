import assert from 'node:assert/strict'
import { entities } from '../entities.ts'
import { ref } from '../shapes.ts'
import { createValidator } from '../validator.ts'
import { examples } from './examples.ts'

const validator = createValidator()
const violations = (entity: string, value: unknown): string[] => validator.check(ref(entity), value, entity)

/** A value of another kind than the given one, that no field takes by chance. */
const wrongFor = (value: unknown): unknown => typeof value === 'number' ? 'twelve' : 12.5

describe('entities of the contract', () => {
  for (const [entity, example] of Object.entries(examples)) {
    describe(entity, () => {
      it('takes a good example', () => {
        assert.deepEqual(violations(entity, example), [])
      })

      it('refuses a field that clients do not know', () => {
        assert.deepEqual(violations(entity, { ...example, something_new: 1 }), [`${entity}: has the unknown field something_new`])
      })

      it('refuses the absence of each field that is always there', () => {
        const required = entities[entity]?.required ?? []
        for (const field of required) {
          const { [field]: _left, ...rest } = example
          assert.deepEqual(violations(entity, rest), [`${entity}: lacks the field ${field}`])
        }
      })

      it('does without the others', () => {
        const required = entities[entity]?.required ?? []
        assert.deepEqual(violations(entity, Object.fromEntries(required.map((field) => [field, example[field]]))), [])
      })

      it('refuses a value of another kind in each field', () => {
        for (const [field, value] of Object.entries(example)) {
          assert.notDeepEqual(violations(entity, { ...example, [field]: wrongFor(value) }), [], field)
        }
      })

      it('is neither a list nor nothing', () => {
        assert.notDeepEqual(violations(entity, [example]), [])
        assert.notDeepEqual(violations(entity, null), [])
      })
    })
  }

  it('takes no id of another length or alphabet', () => {
    for (const wrong of ['', 'abc', 'A'.repeat(26), 'a'.repeat(27), 12]) assert.notDeepEqual(violations('User', { ...examples.User, id: wrong }), [], String(wrong))
  })

  it('never takes a secret', () => {
    for (const secret of ['password', 'mfa_secret', 'mfa_used_timestamps']) assert.notDeepEqual(violations('User', { ...examples.User, [secret]: 'x' }), [], secret)
    assert.notDeepEqual(violations('Session', { ...examples.Session, token: 'x'.repeat(26) }), [])
  })

  it('takes an empty team for direct channels, but no unknown type', () => {
    assert.deepEqual(violations('Channel', { ...examples.Channel, team_id: '', type: 'D' }), [])
    assert.notDeepEqual(violations('Channel', { ...examples.Channel, type: 'X' }), [])
  })

  it('looks into posts as deep as they go', () => {
    const post = examples.Post as { metadata: { files: object[] } }
    const wrong = { ...post, metadata: { ...post.metadata, files: [{ ...post.metadata.files[0], width: '4' }] } }
    assert.deepEqual(violations('Post', wrong), ['Post/metadata/files/0/width: must be integer (found "4")'])
  })
})
