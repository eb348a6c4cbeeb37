import { deepEqual, equal } from 'node:assert/strict'
import { priorityToMove } from '../../src/views/admin/plugins/hook-order.ts'

const hook = (pluginId: string, priority: number, phase = 'normal') => ({ pluginId, priority, phase })
/** As the server orders those of one phase. */
const order = (chain: readonly ReturnType<typeof hook>[]): string => [...chain].sort((one, other) => other.priority - one.priority || (one.pluginId < other.pluginId ? -1 : 1)).map(({ pluginId }) => pluginId).join('')

describe('The place of a hook among others', () => {
  it('changes by priority, one up or down, or past all between whom there is no room', () => {
    const chain = [hook('b', 5), hook('a', 0), hook('c', 0), hook('d', -5)]
    equal(order(chain), 'bacd')
    const moved = (pluginId: string, direction: 'up' | 'down'): string => {
      const priority = priorityToMove(chain, pluginId, direction)
      return priority === null ? '' : order(chain.map((each) => (each.pluginId === pluginId ? { ...each, priority } : each)))
    }
    deepEqual(['a', 'b', 'c', 'd'].map((pluginId) => [moved(pluginId, 'up'), moved(pluginId, 'down')]), [['abcd', 'bcad'], ['', 'abcd'], ['bcad', 'badc'], ['bdac', '']])
  })

  it('does not where phases part them, where plugins say who comes first, or where there is no such priority', () => {
    deepEqual([priorityToMove([hook('a', 0, 'early'), hook('b', 0)], 'b', 'up'), priorityToMove([hook('a', 0, 'early'), hook('b', 0)], 'a', 'down')], [null, null])
    deepEqual([priorityToMove([hook('a', 0), hook('b', 9)], 'b', 'up'), priorityToMove([hook('a', 0), hook('b', 9)], 'a', 'down')], [null, null])
    deepEqual([priorityToMove([hook('a', 1000), hook('b', 0)], 'b', 'up'), priorityToMove([hook('a', 0), hook('b', -1000)], 'a', 'down')], [null, null])
    equal(priorityToMove([hook('a', 0)], 'other', 'up'), null)
  })
})
