"""What the provider of `provider.py` tells of people."""

from oauth2_provider.oauth2_validators import OAuth2Validator


class Claims(OAuth2Validator):
    """The name and the groups besides the number of somebody."""

    oidc_claim_scope = None

    def get_additional_claims(self, request):
        groups = [group.name for group in request.user.groups.all()]
        return {"preferred_username": request.user.username, "realm": {"groups": groups}}
