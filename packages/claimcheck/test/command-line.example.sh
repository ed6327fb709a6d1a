# What a token says. Standard input leaves no trace in the history of a shell.
npx claimcheck inspect - < token.txt

# The same, with what it should say beside it, for a script.
npx claimcheck inspect - --issuer "$ISSUER" --audience "$AUDIENCE" --json < token.txt

# Is the issuer as an API needs it?
npx claimcheck doctor --issuer "$ISSUER" --audience "$AUDIENCE"

# And the API, with a token at hand?
npx claimcheck doctor --issuer "$ISSUER" --audience "$AUDIENCE" --api "$API" --token - < token.txt
