import type { Template } from './assembly.ts';
import { type Identity, identify, isCustomResource, isKnownType, nameProperty, type Place } from './identities.ts';
import { isObject, type Json, type JsonObject, listAt, numberAt, objectAt, stringAt, TemplateError } from './json.ts';

/** What a custom resource has answered: its `Ref` and the attributes of its `Data`. */
export interface CustomResourceAnswer {
  readonly physicalId: string;
  readonly data: JsonObject;
}

export interface Resolver {
  /** Value with every intrinsic replaced. `at` is the place shown in errors, for instance `Queue.RedrivePolicy`. */
  resolve(value: Json, at: string): Json;
  identity(logicalId: string, at: string): Identity;
  /** Whether the resource's condition, if it has one, holds. */
  exists(logicalId: string): boolean;
}

const NO_VALUE = Symbol('AWS::NoValue');
type Resolved = Json | typeof NO_VALUE;

/** Resolves intrinsics lazily, each resource's identity once; custom resources are looked up in `answers` as they come. */
export function createResolver(
  template: Template,
  place: Place,
  given: Readonly<Record<string, string>> = {},
  answers: ReadonlyMap<string, CustomResourceAnswer> = new Map(),
): Resolver {
  const identities = new Map<string, Identity>();
  const underway: string[] = [];

  const pseudo: Readonly<Record<string, Resolved>> = {
    'AWS::Region': place.region,
    'AWS::AccountId': place.account,
    'AWS::Partition': 'aws',
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::StackName': place.stackName,
    'AWS::StackId': `arn:aws:cloudformation:${place.region}:${place.account}:stack/${place.stackName}/twin`,
    'AWS::NotificationARNs': [],
    'AWS::NoValue': NO_VALUE,
  };

  function once<T>(name: string, work: () => T): T {
    if (underway.includes(name)) throw new TemplateError(`circular reference ${[...underway, name].join(' -> ')}`);
    underway.push(name);
    try {
      return work();
    } finally {
      underway.pop();
    }
  }

  function exists(logicalId: string): boolean {
    const condition = template.resources.get(logicalId)?.condition;
    return condition === undefined || namedCondition(condition, logicalId);
  }

  function identity(logicalId: string, at: string): Identity {
    const known = identities.get(logicalId);
    if (known) return known;
    const resource = template.resources.get(logicalId);
    if (!resource) throw new TemplateError(`${at}: refers to ${logicalId}, which is not in the template`);
    if (!exists(logicalId)) throw new TemplateError(`${at}: refers to ${logicalId}, whose condition is false`);
    if (!isKnownType(resource.type)) throw new TemplateError(`${logicalId}: ${unknownType(resource.type)}`);
    if (isCustomResource(resource.type)) return answered(logicalId, at);
    const property = nameProperty(resource.type);
    const value = property === undefined ? undefined : resource.properties[property];
    const path = `${logicalId}.${property}`;
    const resolved = value === undefined ? NO_VALUE : once(path, () => anything(value, path));
    const name = resolved === NO_VALUE ? undefined : stringAt(resolved, path);
    const made = identify(resource.type, logicalId, name, place);
    identities.set(logicalId, made);
    return made;
  }

  function answered(logicalId: string, at: string): Identity {
    const answer = answers.get(logicalId);
    if (!answer) throw new TemplateError(`${at}: refers to the custom resource ${logicalId} before it has run`);
    return { name: answer.physicalId, ref: answer.physicalId, attributes: answer.data };
  }

  function reference(name: string, at: string): Resolved {
    if (name in pseudo) return pseudo[name];
    if (name in template.parameters) return parameter(name, at);
    return identity(name, at).ref;
  }

  function parameter(name: string, at: string): Json {
    const declared = objectAt(template.parameters[name], `Parameters.${name}`);
    const type = stringAt(declared.Type, `Parameters.${name}.Type`);
    if (type.startsWith('AWS::SSM::')) {
      throw new TemplateError(`${at}: parameter ${name} is stored in SSM, which is not known to the twin`);
    }
    const value = given[name] ?? declared.Default;
    if (value === undefined) throw new TemplateError(`${at}: parameter ${name} has neither a value nor a default`);
    return type === 'CommaDelimitedList' ? stringAt(value, name).split(',') : value;
  }

  function attribute(path: readonly string[], at: string): Json {
    const [logicalId, ...rest] = path;
    const { attributes } = identity(logicalId, at);
    const name = rest.join('.');
    if (!(name in attributes)) {
      const type = template.resources.get(logicalId)?.type;
      throw new TemplateError(`${at}: attribute ${name} of ${logicalId} (${type}) is not known to the twin`);
    }
    return attributes[name];
  }

  function substitute(argument: Json, at: string): Json {
    const [text, variables] = Array.isArray(argument)
      ? [stringAt(argument[0], at), objectAt(argument[1] ?? {}, at)]
      : [stringAt(argument, at), {}];
    return text.replace(/\$\{(!?)([^}]*)\}/g, (_, literal: string, inside: string) => {
      if (literal) return `\${${inside}}`;
      const name = inside.trim();
      if (name in variables) return stringAt(value(variables[name], at), at);
      const found = name.includes('.') ? attribute(name.split('.'), at) : reference(name, at);
      if (found === NO_VALUE) throw new TemplateError(`${at}: AWS::NoValue cannot stand in Fn::Sub`);
      return stringAt(found, at);
    });
  }

  function select(argument: Json, at: string): Json {
    const [index, list] = pair(argument, at);
    const position = numberAt(value(index, at), at);
    const items = listAt(value(list, at), at);
    if (!(position in items)) throw new TemplateError(`${at}: Fn::Select ${position} of ${items.length} items`);
    return items[position];
  }

  function findInMap(argument: Json, at: string): Json {
    const keys = listAt(argument, at).map((key) => stringAt(value(key, at), at));
    let found: Json = template.mappings;
    for (const key of keys) {
      if (!isObject(found) || !(key in found))
        throw new TemplateError(`${at}: Fn::FindInMap ${keys.join('.')} not found`);
      found = found[key];
    }
    return found;
  }

  function namedCondition(name: string, at: string): boolean {
    if (!(name in template.conditions)) throw new TemplateError(`${at}: no condition ${name}`);
    return once(`Conditions.${name}`, () => condition(template.conditions[name], `Conditions.${name}`));
  }

  function condition(test: Json, at: string): boolean {
    const [name, argument] = Object.entries(objectAt(test, at))[0];
    const all = () => listAt(argument, at).map((item) => condition(item, at));
    switch (name) {
      case 'Condition':
        return namedCondition(stringAt(argument, at), at);
      case 'Fn::Equals': {
        const [left, right] = pair(argument, at).map((side) => value(side, at));
        return typeof left === 'object' || typeof right === 'object'
          ? JSON.stringify(left) === JSON.stringify(right)
          : String(left) === String(right);
      }
      case 'Fn::And':
        return all().every(Boolean);
      case 'Fn::Or':
        return all().some(Boolean);
      case 'Fn::Not':
        return !all()[0];
      default:
        throw new TemplateError(`${at}: condition ${name} is not known to the twin`);
    }
  }

  function intrinsic(name: string, argument: Json, at: string): Resolved {
    switch (name) {
      case 'Ref':
        return reference(stringAt(argument, at), at);
      case 'Fn::GetAtt':
        return attribute(attributePath(argument, at), at);
      case 'Fn::Sub':
        return substitute(argument, at);
      case 'Fn::Join': {
        const [separator, list] = pair(argument, at);
        return listAt(value(list, at), at)
          .map((item) => stringAt(item, at))
          .join(stringAt(separator, at));
      }
      case 'Fn::Split': {
        const [separator, text] = pair(argument, at);
        return stringAt(value(text, at), at).split(stringAt(separator, at));
      }
      case 'Fn::Select':
        return select(argument, at);
      case 'Fn::If': {
        const [test, yes, no] = listAt(argument, at);
        return anything(namedCondition(stringAt(test, at), at) ? yes : no, at);
      }
      case 'Fn::FindInMap':
        return findInMap(argument, at);
      case 'Fn::Base64':
        return Buffer.from(stringAt(value(argument, at), at)).toString('base64');
      case 'Fn::ImportValue':
        throw new TemplateError(`${at}: Fn::ImportValue needs another stack, the twin runs exactly one`);
      default:
        throw new TemplateError(`${at}: intrinsic ${name} is not known to the twin`);
    }
  }

  function attributePath(argument: Json, at: string): string[] {
    if (typeof argument === 'string') return argument.split('.');
    return listAt(argument, at).map((part) => stringAt(value(part, at), at));
  }

  function anything(input: Json, at: string): Resolved {
    if (typeof input === 'string' && input.includes('{{resolve:')) {
      throw new TemplateError(`${at}: dynamic reference ${input} is not known to the twin`);
    }
    if (Array.isArray(input)) {
      return input.map((item, index) => anything(item as Json, `${at}[${index}]`)).filter((item) => item !== NO_VALUE);
    }
    if (!isObject(input)) return input;
    const entries = Object.entries(input);
    if (entries.length === 1 && (entries[0][0] === 'Ref' || entries[0][0].startsWith('Fn::'))) {
      return intrinsic(entries[0][0], entries[0][1], at);
    }
    const resolved = entries.map(([key, item]) => [key, anything(item, `${at}.${key}`)] as const);
    return Object.fromEntries(resolved.filter((entry): entry is readonly [string, Json] => entry[1] !== NO_VALUE));
  }

  function value(input: Json, at: string): Json {
    const resolved = anything(input, at);
    if (resolved === NO_VALUE) throw new TemplateError(`${at}: AWS::NoValue cannot stand here`);
    return resolved;
  }

  return { resolve: value, identity, exists };
}

/** Words of the refusal of a type that is in no list of the twin. */
export function unknownType(type: string): string {
  return `resource type ${type} is not known to the twin`;
}

function pair(argument: Json, at: string): readonly Json[] {
  const list = listAt(argument, at);
  if (list.length !== 2) throw new TemplateError(`${at}: found ${list.length} arguments, expected 2`);
  return list;
}
