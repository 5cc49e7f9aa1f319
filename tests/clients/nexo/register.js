/**
 * A register that was written for Adyen's Terminal API: it speaks to the till through their published library, and says
 * one line of JSON, what the library made of the answer.
 *
 *     node register.js URL pay SERVICE SALE AMOUNT
 *     node register.js URL status SERVICE OF
 *     node register.js URL abort SERVICE OF
 *     node register.js URL reverse SERVICE REFERENCE [AMOUNT]
 *     node register.js URL show SERVICE TEXT…
 *     node register.js URL diagnose SERVICE
 *
 * The token is read from KVITT_TOKEN, and goes where the library puts its key.
 */
import adyen from '@adyen/api-library';

const { Client, EnvironmentEnum, TerminalCloudAPI, Types } = adyen;
const { terminal } = Types;
const SALE_ID = 'POS-1';
const POI_ID = 'Kvitt-1';

/** The library's own client insists on TLS; its extension point for another one is all that is used here. */
const http = {
  async request(endpoint, json, config, _isApiKeyRequired, options = {}) {
    const headers = { ...options.headers, 'Content-Type': 'application/json', 'X-API-Key': config.apiKey };
    const answer = await fetch(endpoint, { method: 'POST', headers, body: json });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`HTTP ${answer.status}: ${text}`);
    return text;
  },
};

const now = () => new Date().toISOString();

function header(category, service) {
  return {
    ProtocolVersion: '3.0',
    MessageClass: terminal.MessageClassType.Service,
    MessageCategory: terminal.MessageCategoryType[category],
    MessageType: terminal.MessageType.Request,
    ServiceID: service,
    SaleID: SALE_ID,
    POIID: POI_ID,
  };
}

const reference = (of) => ({ MessageCategory: 'Payment', ServiceID: of, SaleID: SALE_ID });

const bodies = {
  pay: (sale, amount) => ({
    PaymentRequest: {
      SaleData: { SaleTransactionID: { TransactionID: sale, TimeStamp: now() } },
      PaymentTransaction: { AmountsReq: { Currency: 'NOK', RequestedAmount: Number(amount) } },
    },
  }),
  status: (of) => ({ TransactionStatusRequest: { MessageReference: reference(of) } }),
  abort: (of) => ({ AbortRequest: { AbortReason: 'MerchantAbort', MessageReference: reference(of) } }),
  reverse: (transaction, amount) => ({
    ReversalRequest: {
      OriginalPOITransaction: { POITransactionID: { TransactionID: transaction, TimeStamp: now() } },
      ReversalReason: terminal.ReversalReasonType.MerchantCancel,
      ...(amount && { ReversedAmount: Number(amount) }),
    },
  }),
  show: (...texts) => ({
    DisplayRequest: {
      DisplayOutput: [
        {
          Device: terminal.DeviceType.CustomerDisplay,
          InfoQualify: terminal.InfoQualifyType.Display,
          OutputContent: {
            OutputFormat: terminal.OutputFormatType.Text,
            OutputText: texts.map((Text) => ({ Text })),
          },
        },
      ],
    },
  }),
  diagnose: () => ({ DiagnosisRequest: { HostDiagnosisFlag: true } }),
};

const categories = {
  pay: 'Payment',
  status: 'TransactionStatus',
  abort: 'Abort',
  reverse: 'Reversal',
  show: 'Display',
  diagnose: 'Diagnosis',
};

const [url, act, service, ...rest] = process.argv.slice(2);
const client = new Client({ apiKey: process.env.KVITT_TOKEN, environment: EnvironmentEnum.TEST }, http);
client.config.terminalApiCloudEndpoint = `${url}/nexo`;
const request = {
  SaleToPOIRequest: { MessageHeader: header(categories[act], service), ...bodies[act](...rest) },
};
const answer = await new TerminalCloudAPI(client).sync(request);
console.log(JSON.stringify(answer));
