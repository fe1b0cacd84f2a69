"""The domain: pure, without I/O, clock, tasks or chance.

Nouns: a **call** is what a user has with somebody; a **number** is read by the **dial plan**; a
**contact** is found by **matching** and settled by **choice**; a **record** is what DATEV is
told of a call and the **contract** says in which order; the **outbox** holds what DATEV has not
confirmed; a **leg** is a connection that can fail. The **desk** turns *inputs* into *effects*.
"""
