// Whose an account is 户期, as SQL: what is listed for an account is its present tenant's; what a
// former one bought is found by meter, receipt or name, or by his own statement.

/** When the newest tenancy of the account began; both are SQL. */
export const tenancyBegan = (complex: string, account: string): string => `
  (select max(h.since) from account_tenant h
   where h.complex_id = ${complex} and h.account_id = ${account})`
