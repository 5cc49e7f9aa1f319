/** Entry of the cashier window. */
import { cashier } from '$platform';
import { mount } from 'svelte';

import '../look/base.css';
import { keepStill } from '../platform/glass';
import { beat, hastening } from '../platform/heartbeat';
import './cashier.css';
import Cashier from './Cashier.svelte';

keepStill(document);
const heartbeat = beat(cashier.alive);
const till = {
  ...cashier,
  onCounter: hastening(heartbeat, cashier.onCounter),
  onChain: hastening(heartbeat, cashier.onChain),
};
mount(Cashier, { target: document.body, props: { till } });
