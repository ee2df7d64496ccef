#!/usr/bin/env bash
# Makes what the state of a stack on Azure needs: a blob container for it, and a Key Vault key for
# its secrets. Run again at any time: what exists is left as it is, its settings are put right.
set -euo pipefail

usage() {
  cat >&2 <<'END'
scripts/state/azure.sh --group NAME --location NAME --account NAME --vault NAME --principal ID
                       [--principal-type User|Group|ServicePrincipal] [--container NAME]
                       [--key NAME] [--show]

  --group, --location  the resource group that holds all of it, and where
  --account            the storage account: 3 to 24 of a-z and 0-9, taken by nobody on Azure
  --vault              the Key Vault: 3 to 24 of letters, digits and -, taken by nobody on Azure
  --principal          the object id of whoever deploys; your own:
                       az ad signed-in-user show --query id --output tsv
  --container, --key   pulumi-state and ml-platform-secrets unless you say otherwise
  --show               look, and print what would be changed; change nothing
END
  exit 3
}

group='' location='' account='' vault='' principal='' type='User' show=''
container='pulumi-state' key='ml-platform-secrets'
while [ $# -gt 0 ]; do
  case $1 in
    --group) group=${2:?--group needs a name} && shift 2 ;;
    --location) location=${2:?--location needs a name} && shift 2 ;;
    --account) account=${2:?--account needs a name} && shift 2 ;;
    --vault) vault=${2:?--vault needs a name} && shift 2 ;;
    --principal) principal=${2:?--principal needs an id} && shift 2 ;;
    --principal-type) type=${2:?--principal-type needs a word} && shift 2 ;;
    --container) container=${2:?--container needs a name} && shift 2 ;;
    --key) key=${2:?--key needs a name} && shift 2 ;;
    --show) show=yes && shift ;;
    *) usage ;;
  esac
done
[[ $group =~ ^[A-Za-z0-9_.-]+$ && $location =~ ^[a-z0-9]+$ ]] || usage
[[ $account =~ ^[a-z0-9]{3,24}$ && $vault =~ ^[A-Za-z][A-Za-z0-9-]{2,23}$ ]] || usage
[[ $principal =~ ^[0-9a-fA-F-]{36}$ && $type =~ ^(User|Group|ServicePrincipal)$ ]] || usage
[[ $container =~ ^[a-z0-9][a-z0-9-]{2,62}$ && $key =~ ^[A-Za-z0-9-]{1,127}$ ]] || usage

say() { printf '# %s\n' "$*" >&2; }
change() {
  printf '+' >&2
  printf ' %q' "$@" >&2
  printf '\n' >&2
  [ -n "$show" ] || "$@"
}
quietly() { change "$@" --output none; }
ask() { az "$@" --output tsv; }
trap 'say "stopped. A role takes some minutes to be known everywhere; else mend what the last line" \
  "says. Then run the same command again."' ERR
granted() { # role, scope; one that is there already is no fault
  quietly az role assignment create --assignee-object-id "$principal" \
    --assignee-principal-type "$type" --role "$1" --scope "$2"
}

subscription=$(ask account show --query id)
say "subscription $subscription"
scope="/subscriptions/$subscription/resourceGroups/$group/providers"
store="$scope/Microsoft.Storage/storageAccounts/$account"

if [ "$(ask group exists --name "$group")" != true ]; then
  quietly az group create --name "$group" --location "$location"
  accounts='' vaults=''
else
  say "resource group $group is there"
  accounts=$(ask storage account list --resource-group "$group" --query "[?name=='$account'].name")
  vaults=$(ask keyvault list --resource-group "$group" --query "[?name=='$vault'].name")
fi

safe=(--name "$account" --resource-group "$group" --min-tls-version TLS1_2 --https-only true
  --allow-blob-public-access false --allow-shared-key-access false)
if [ -z "$accounts" ]; then
  quietly az storage account create "${safe[@]}" --location "$location" --kind StorageV2 \
    --sku Standard_ZRS
else
  say "storage account $account is there"
  quietly az storage account update "${safe[@]}"
fi
quietly az storage account blob-service-properties update --account-name "$account" \
  --resource-group "$group" --enable-versioning true --enable-delete-retention true \
  --delete-retention-days 90 --enable-container-delete-retention true \
  --container-delete-retention-days 90
granted 'Storage Blob Data Contributor' "$store"
quietly az storage container create --name "$container" --account-name "$account" --auth-mode login

if [ -z "$vaults" ]; then
  quietly az keyvault create --name "$vault" --resource-group "$group" --location "$location" \
    --enable-rbac-authorization true --enable-purge-protection true --retention-days 90
else
  say "vault $vault is there"
fi
granted 'Key Vault Crypto Officer' "$scope/Microsoft.KeyVault/vaults/$vault"
# With --show a vault may not be there to be asked.
keys=''
if [ -z "$show" ] || [ -n "$vaults" ]; then
  keys=$(ask keyvault key list --vault-name "$vault" --query "[?name=='$key'].name")
fi
if [ -z "$keys" ]; then
  quietly az keyvault key create --vault-name "$vault" --name "$key" --kty RSA --size 4096 \
    --ops encrypt decrypt
else
  say "key $key is there"
fi
version=VERSION
if [ -z "$show" ] || [ -n "$keys" ]; then
  version=$(ask keyvault key show --vault-name "$vault" --name "$key" --query key.kid)
fi

say 'next:'
cat <<END
export AZURE_STORAGE_ACCOUNT='$account'
export PULUMI_BACKEND_URL='azblob://$container'
pulumi stack init prod-azure --secrets-provider='azurekeyvault://$vault.vault.azure.net/keys/$key/${version##*/}'
END
