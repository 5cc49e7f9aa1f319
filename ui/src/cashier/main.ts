/** Entry of the cashier window. */
import { cashier } from '$platform';
import { mount } from 'svelte';

import '../look/base.css';
import { beat } from '../platform/heartbeat';
import './cashier.css';
import Cashier from './Cashier.svelte';

mount(Cashier, { target: document.body, props: { till: cashier } });
beat(cashier.alive);
