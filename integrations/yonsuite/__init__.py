"""YonSuite and YonBIP over their open platform: stock and materials in."""
