// Answers questions in JSON Lines with @cloud-copilot/iam-simulate, whose folder is the one argument.
// In: {"principal", "action", "resource", "account", "context", "policy", "identity"}, where the principal null is nobody.
// Out: {"result", "resource_policy", "ignored"}, or {"refused": "..."} where the package does not take the question.
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'

const { anonymousPrincipal, runSimulation } = createRequire(process.argv[2] + '/')('@cloud-copilot/iam-simulate')

const everything = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } }

async function answer(question) {
  const simulation = {
    request: {
      principal: question.principal ?? anonymousPrincipal,
      action: question.action,
      resource: { resource: question.resource, accountId: question.account },
      contextVariables: question.context
    },
    identityPolicies: question.identity ? [{ name: 'everything', policy: everything }] : [],
    serviceControlPolicies: [],
    resourceControlPolicies: [],
    resourcePolicy: question.policy
  }
  const found = await runSimulation(simulation, {})
  if (found.resultType !== 'single') {
    return { refused: JSON.stringify(found.errors ?? found.resultType) }
  }
  return {
    result: found.overallResult,
    resource_policy: found.result.analysis.resourceAnalysis?.result ?? null,
    ignored: found.result.ignoredContextKeys ?? []
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  let said
  try {
    said = await answer(JSON.parse(line))
  } catch (error) {
    said = { refused: String(error) }
  }
  process.stdout.write(JSON.stringify(said) + '\n')
}
