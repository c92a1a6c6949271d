"""SHOWS OFF: five invented stores with their goods, people and a past, as data; nothing here touches a table or a clock."""
