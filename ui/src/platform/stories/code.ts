/** A code as large as a real one, which leads nowhere: a PNG in base64. */
const PNG = [
  'iVBORw0KGgoAAAANSUhEUgAAAagAAAGoAQMAAAApfOODAAAABlBMVEUAAAD///+l2Z/dAAAAAnRSTlP//8i138cAAAAJcEhZcwAA',
  'CxIAAAsSAdLdfvwAAAJPSURBVHic7ZRBjuQwDAP1/09zFxEp2dtAAzOHZQ5MMk5sqTyHarrwm6tChQoVKlQoP1V9/X0/K/PZ5afU',
  'y/0Zyk1tB6YB/Umqzq5QbqoLI5nOS8u7WagXUepQCnHcFeqd1PPUuuahGupNFOYE3e7hP87aUGZqjX672RXKTc016zt2N+4rlJUq',
  'dA+HOni5V0gFhPJSe2iK/Pem9FB+qpN2lLiT9ih16DuUlaK+OUJxjkroKA7lpqAsyiy4y8QRpbVQfkpzEk+HnBOdeoWyU7hUSyln',
  'T1plWhuHclIjWG5L4kv7iNx/EMpHlQBa3b4JJLhRhfJTK5Xp23Ea5icQyk1xXurSwIVu5TuUn1ITeVmt2WySeqcylIcazRJ8WVeh',
  '3whlp5Q2/q3mLWxQQ/mpLqi99eI8Rbky0Q1lpS7LdczP+/tvI9T/ozqAdLpelUTa3kM0lJuqK5SYMOIIqLyHclNFueBD42uUW6FC',
  'vYFSlXIZzHGtbY4Mh7JSdE1iLJ/yFcoKZac6lVDw+MmWCWcNHMpLYawWN8B8qzhXKDtFmfK75+ekdMoI9QJKHqHXEcDC7sSEhrJT',
  '/U2tuCTjvG/LoSwUEd2STfdYzQ2GclPFYs2aGpjReUK9gNoYTlmSxzxDqp9EKCM1k8Wo+jhTse9QXmqcUuXGsnC9ZDqUlwLHLoFy',
  '2zCKoj8sh7JRfWI+j5Ip4zpNP07RUHZKAaXUQzH936kM5aV2mQHUvCahCPUGiuNZpWsmVKaBUH5qs1g95QYisWGsUHbqx1eoUKFC',
  'hQrlpf4A97BtfFyRWgIAAAAASUVORK5CYII=',
].join('');

/** The bytes of the stories' code. */
export function storyCode(): ArrayBuffer {
  return Uint8Array.from(atob(PNG), (letter) => letter.charCodeAt(0)).buffer;
}
