"""What can go wrong between a payment provider and a service. No message carries a secret or what was sent."""


class ProviderError(Exception):
    """Base and only class.

    Codes:
      PROVIDER_UNKNOWN        no payment provider of this name has been set up here
      PROVIDER_FILE           a provider's file is damaged, can't be written, or is open to others
      PROVIDER_URL            an address at which a provider can't be told anything
      PROVIDER_HEADER         a header of the event is missing or malformed
      PROVIDER_SIGNATURE      no signature is one by the provider's secrets
      PROVIDER_TIMESTAMP      signed too long ago, or ahead of this clock
      PROVIDER_EVENT          the body is no event as described
      PROVIDER_EVENT_TYPE     an event of another type
      PROVIDER_EVENT_CHANGED  the event's id belongs to another body
      PROVIDER_SANDBOX        the sandbox refuses, or does not answer
    """

    def __init__(self, code: str, message: str, remedy: str = "") -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.remedy = remedy
