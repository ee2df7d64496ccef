#!/usr/bin/env bash
# Makes what the state of a stack on AWS needs: an S3 bucket for it, and a KMS key for its secrets.
# Run again at any time: what exists is left as it is, its settings are put right.
set -euo pipefail

usage() {
  cat >&2 <<'END'
scripts/state/aws.sh --bucket NAME --region REGION [--alias NAME] [--show]

  --bucket NAME    where the state goes; a name that nobody on AWS has taken yet
  --region REGION  where bucket and key are, such as eu-central-1
  --alias NAME     the key's alias; ml-platform-secrets unless you say otherwise
  --show           look, and print what would be changed; change nothing
END
  exit 3
}

bucket='' region='' alias='ml-platform-secrets' show=''
while [ $# -gt 0 ]; do
  case $1 in
    --bucket) bucket=${2:?--bucket needs a name} && shift 2 ;;
    --region) region=${2:?--region needs a name} && shift 2 ;;
    --alias) alias=${2:?--alias needs a name} && shift 2 ;;
    --show) show=yes && shift ;;
    *) usage ;;
  esac
done
[[ $bucket =~ ^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$ ]] || usage
[[ $region =~ ^[a-z0-9-]+$ ]] || usage
[[ $alias =~ ^[A-Za-z0-9/_-]+$ ]] || usage

say() { printf '# %s\n' "$*" >&2; }
change() {
  printf '+'  >&2
  printf ' %q' "$@" >&2
  printf '\n' >&2
  [ -n "$show" ] || "$@"
}
quietly() { change "$@" >/dev/null; }
trap 'say "stopped. Mend what the last line says and run the same command again."' ERR

export AWS_PAGER='' AWS_REGION=$region AWS_DEFAULT_REGION=$region
identity=$(aws sts get-caller-identity --query '[Account,Arn]' --output text)
read -r account arn <<<"$identity"
partition=$(cut -d: -f2 <<<"$arn")
say "account $account, as $arn"

key=$(aws kms list-aliases --query "Aliases[?AliasName=='alias/$alias'].TargetKeyId" --output text)
if [ -z "$key" ]; then
  say "a key for secrets: alias/$alias"
  key=$(change aws kms create-key --description 'Secrets of ml-platform stacks' \
    --query KeyMetadata.KeyId --output text)
  key=${key:-KEY}
  quietly aws kms create-alias --alias-name "alias/$alias" --target-key-id "$key"
else
  say "alias/$alias is there: $key"
fi
quietly aws kms enable-key-rotation --key-id "$key"

found=$(aws s3api list-buckets --query "Buckets[?Name=='$bucket'].Name" --output text)
if [ -z "$found" ]; then
  say "a bucket for the state: $bucket"
  # us-east-1 is where a bucket goes without a constraint, and no constraint of that name exists.
  place=(--create-bucket-configuration "{\"LocationConstraint\":\"$region\"}")
  [ "$region" != us-east-1 ] || place=()
  quietly aws s3api create-bucket --bucket "$bucket" --object-ownership BucketOwnerEnforced \
    ${place[@]+"${place[@]}"}
else
  say "bucket $bucket is there"
fi

ours=(--bucket "$bucket" --expected-bucket-owner "$account")
quietly aws s3api put-public-access-block "${ours[@]}" --public-access-block-configuration \
  '{"BlockPublicAcls":true,"IgnorePublicAcls":true,"BlockPublicPolicy":true,"RestrictPublicBuckets":true}'
quietly aws s3api put-bucket-versioning "${ours[@]}" --versioning-configuration \
  '{"Status":"Enabled"}'
quietly aws s3api put-bucket-encryption "${ours[@]}" --server-side-encryption-configuration \
  "{\"Rules\":[{\"ApplyServerSideEncryptionByDefault\":{\"SSEAlgorithm\":\"aws:kms\",\"KMSMasterKeyID\":\"$key\"},\"BucketKeyEnabled\":true}]}"
quietly aws s3api put-bucket-lifecycle-configuration "${ours[@]}" --lifecycle-configuration \
  '{"Rules":[{"ID":"former-states","Status":"Enabled","Filter":{"Prefix":""},"NoncurrentVersionExpiration":{"NoncurrentDays":90},"AbortIncompleteMultipartUpload":{"DaysAfterInitiation":7}}]}'
quietly aws s3api put-bucket-policy "${ours[@]}" --policy \
  "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Sid\":\"OnlyOverTls\",\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"s3:*\",\"Resource\":[\"arn:$partition:s3:::$bucket\",\"arn:$partition:s3:::$bucket/*\"],\"Condition\":{\"Bool\":{\"aws:SecureTransport\":\"false\"}}}]}"

say 'next:'
cat <<END
export PULUMI_BACKEND_URL='s3://$bucket?region=$region'
pulumi stack init prod --secrets-provider='awskms://alias/$alias?region=$region'
END
