/** Entry of the cashier window. */
import { cashier } from '$platform';
import { mount } from 'svelte';

import '../look/base.css';
import { keepStill } from '../platform/glass';
import { beat } from '../platform/heartbeat';
import './cashier.css';
import Cashier from './Cashier.svelte';

keepStill(document);
mount(Cashier, { target: document.body, props: { till: cashier } });
beat(cashier.alive);
