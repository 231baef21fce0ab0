import { secretVariable } from '../../../../workflow/secrets.ts';
import type { NodeCodeGenerator } from '../../NodeCodeGenerator.ts';
import * as py from '../../syntax/build.ts';

const module = 'app.transforms.crypto';

export const cryptoGenerate: NodeCodeGenerator<'cryptoGenerate'> = {
  imports: ['hashed', 'random_id', 'signed', 'token'],
  valueType: () => py.name('str'),
  annotates: () => false,
  value: (node, scope) => {
    const { kind, value = null, algorithm, encoding, bytes, secret } = node.config;
    const written = encoding === undefined ? [] : [py.keyword('encoding', py.literal(encoding))];
    const options = [...(algorithm === 'sha256' ? [] : [py.keyword('algorithm', py.literal(algorithm))]), ...written];
    switch (kind) {
      case 'uuid':
        return py.call(py.imported(module, 'random_id'));
      case 'token':
        return py.call(py.imported(module, 'token'), py.literal(bytes), ...written);
      case 'hash':
        return py.call(py.imported(module, 'hashed'), scope.json(value), ...options);
      case 'hmac': {
        if (secret === undefined) throw new Error('check lets no hmac through that lacks its secret');
        const variable = py.literal(secretVariable(secret));
        return py.call(py.imported(module, 'signed'), py.name('ctx'), variable, scope.json(value), ...options);
      }
    }
  },
};
